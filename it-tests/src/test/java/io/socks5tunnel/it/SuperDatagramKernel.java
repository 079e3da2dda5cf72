// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.tun.linux.LinuxTunProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A packet stack that sends to a socket of the kernel by a real TUN, one packet for many datagrams, and looks at
/// what the socket receives. Runs in a network namespace of its own. Prints `FAMILY LENGTH COUNT LAST ok`, or what
/// was wrong, for each case, and then a line of every error counter of UDP that is not 0.
public final class SuperDatagramKernel implements PacketSink, FlowListener {
    static final List<Integer> LENGTHS = List.of(1, 64, 1200, 1452, 1472);

    private static final int MTU = 1500;
    private static final int PORT = 5353;
    private static final int ROOM_BYTES = 2_000;
    private static final int PATIENCE_MILLIS = 5_000;

    private final TunQueue queue;
    private final PacketStack stack;
    private final Slab slab = new Slab();
    private final GatherList payloads = new GatherList();
    private final Random random = new Random(7);
    private int packets;

    private SuperDatagramKernel(TunQueue queue) {
        this.queue = queue;
        stack = new PacketStack(StackConfig.forMtu(MTU), this, new FixedPool(), this, new byte[32]);
    }

    /// Plays all cases.
    public static void main(String[] arguments) throws IOException {
        TunSettings settings = new TunSettings(
                "t0",
                MTU,
                Optional.of("198.18.0.1"),
                Optional.of("fd00:18::1"),
                TunSettings.Icmp.OFF,
                Optional.empty(),
                Optional.empty(),
                TunSettings.Offload.AUTO,
                TunSettings.TcpRefusal.EXACT,
                TunSettings.TcpAccept.AFTER_CONNECT);
        try (TunDevice device = new LinuxTunProvider().open(new TunRequest(settings, 1, TunQueue.NO_DESCRIPTOR))) {
            System.out.println(device.description());
            var kernel = new SuperDatagramKernel(device.queue(0));
            kernel.play("IPV4", "198.18.0.1", 0, FlowKey.mappedIpv4(0xc612_0009));
            kernel.play("IPV6", "fd00:18::1", 0xfd00_0018L << 32, 9);
        }
        printErrors();
    }

    private void play(String family, String address, long fromHigh, long fromLow) throws IOException {
        try (var client = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0))) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.setReceiveBufferSize(1 << 20);
            byte[] raw = InetAddress.ofLiteral(address).getAddress();
            ClientSource to = raw.length == 4
                    ? new ClientSource(
                            0, FlowKey.mappedIpv4(ByteBuffer.wrap(raw).getInt()), client.getLocalPort())
                    : new ClientSource(
                            ByteBuffer.wrap(raw).getLong(), ByteBuffer.wrap(raw).getLong(8), client.getLocalPort());
            for (int length : LENGTHS) {
                int most = stack.datagramsTogether(to, length);
                for (int count : new int[] {2, 20, most}) {
                    for (int last : new int[] {0, Math.ceilDiv(length, 2)}) {
                        if (most > 1) {
                            int whole = last == 0 ? count : count - 1;
                            System.out.println(family + " " + length + " " + whole + " " + last + " "
                                    + exchange(client, to, fromHigh, fromLow, length, whole, last));
                        }
                    }
                }
            }
        }
    }

    /// Each payload in its place of the slab, with a gap before it as a header leaves one.
    private String exchange(
            DatagramSocket client, ClientSource to, long high, long low, int length, int whole, int last)
            throws IOException {
        int count = whole + (last > 0 ? 1 : 0);
        byte[] bytes = new byte[count * (length + 1)];
        random.nextBytes(bytes);
        slab.bytes().put(0, bytes);
        payloads.clear();
        for (int i = 0; i < count; i++) {
            payloads.add(slab, i * (length + 1), i < whole ? length : last);
        }
        packets = 0;
        if (!stack.sendDatagrams(to, high, low, PORT, payloads, length) || packets != 1) {
            return "not sent: " + packets;
        }
        var packet = new DatagramPacket(new byte[ROOM_BYTES], ROOM_BYTES);
        for (int i = 0; i < count; i++) {
            packet.setLength(ROOM_BYTES);
            client.receive(packet);
            int at = i * (length + 1);
            byte[] expected = Arrays.copyOfRange(bytes, at, at + (i < whole ? length : last));
            if (!Arrays.equals(Arrays.copyOf(packet.getData(), packet.getLength()), expected)
                    || packet.getPort() != PORT) {
                return "number " + i + " is wrong: " + packet.getLength() + " bytes";
            }
        }
        return "ok";
    }

    private static void printErrors() throws IOException {
        String[] names = {};
        for (String line : Files.readAllLines(Path.of("/proc/self/net/snmp"))) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("Udp:")) {
                for (int i = 1; i < words.length && names.length > 0; i++) {
                    printError(names[i], words[i]);
                }
                names = words;
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/net/snmp6"))) {
            String[] words = line.split("\\s+", -1);
            if (words[0].startsWith("Udp6")) {
                printError(words[0], words[1]);
            }
        }
    }

    private static void printError(String name, String value) {
        if (name.endsWith("Errors") && !value.equals("0")) {
            System.out.println(name + " " + value);
        }
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        packets++;
        try {
            return queue.write(packet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public TunCapabilities capabilities() {
        return queue.capabilities();
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest request) {
        return false;
    }

    @Override
    public void onForgotten(FlowKey key) {}
}
