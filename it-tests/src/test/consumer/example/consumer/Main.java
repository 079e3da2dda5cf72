// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package example.consumer;

import io.socks5tunnel.api.HevSocks5Tunnel;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/// Starts a tunnel on a device of its own, lets it answer a SYN, and stops it; then makes each of
/// hev-socks5-tunnel's five calls. Prints a line for each thing that it saw. Its argument is a folder to write to.
final class Main {
    private static final int LIMIT_SECONDS = 30;

    /// Nobody listens on port 1, so every connection is refused.
    private static final String NO_SERVER = "socks5: {address: 127.0.0.1, port: 1}\n";

    /// There is a provider for such names on the module path, of which this program knows nothing.
    private static final String CONFIG = "tunnel: {name: 'sim:consumer'}\n" + NO_SERVER;

    private Main() {}

    static void main(String[] arguments) throws Exception {
        runTunnel();
        Path file = Files.writeString(Path.of(arguments[0]).resolve("consumer.yml"), CONFIG);
        HevSocks5Tunnel hev = new HevSocks5Tunnel();
        print("main", quitWhileRunning(hev, () -> hev.main(file, -1)));
        print("main_from_file", quitWhileRunning(hev, () -> hev.mainFromFile(file, -1)));
        byte[] text = CONFIG.getBytes(StandardCharsets.UTF_8);
        print("main_from_str", quitWhileRunning(hev, () -> hev.mainFromString(text, -1)));
        print("main without a file", hev.main(Path.of("no", "such", "file"), -1));
        print("stats", hev.stats().txPackets());
    }

    private static void runTunnel() throws Exception {
        PipeDevice device = new PipeDevice();
        TunnelConfig config = TunnelConfig.parse(NO_SERVER).config();
        try (Tunnel tunnel = Tunnel.builder(config).device(device).start()) {
            print("device", tunnel.deviceName());
            device.send(syn());
            byte[] answer = device.receive(LIMIT_SECONDS);
            print("answer", answer == null ? "none" : "protocol " + answer[9] + ", type " + answer[20] + ", code " + answer[21]);
        }
        print("closed", device.isClosed());
    }

    /// Quits until the call has returned: the first time may be before it has begun.
    private static int quitWhileRunning(HevSocks5Tunnel hev, IntSupplier call) throws Exception {
        CompletableFuture<Integer> result = CompletableFuture.supplyAsync(call::getAsInt, Thread::startVirtualThread);
        for (int tries = 0; tries < LIMIT_SECONDS * 10; tries++) {
            hev.quit();
            try {
                return result.get(100, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                // not yet
            }
        }
        throw new IOException("did not quit");
    }

    /// From 198.18.0.1 to port 80 of 198.19.0.1.
    private static byte[] syn() {
        ByteBuffer packet = ByteBuffer.allocate(40);
        packet.putShort((short) 0x4500).putShort((short) 40).putInt(0).putShort((short) 0x4006).putShort((short) 0);
        packet.putInt(0xc612_0001).putInt(0xc613_0001);
        packet.putShort((short) 40_000).putShort((short) 80).putInt(1).putInt(0);
        packet.putShort((short) 0x5002).putShort((short) 65_535).putInt(0);
        int pseudoHeader = sum(packet, 12, 20) + 6 + 20;
        packet.putShort(36, checksum(pseudoHeader + sum(packet, 20, 40)));
        packet.putShort(10, checksum(sum(packet, 0, 20)));
        return packet.array();
    }

    private static int sum(ByteBuffer packet, int from, int to) {
        int sum = 0;
        for (int at = from; at < to; at += Short.BYTES) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        return sum;
    }

    private static short checksum(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((folded & 0xffff) + (folded >>> 16));
    }

    private static void print(String what, Object value) {
        System.out.println(what + ": " + value);
    }
}
