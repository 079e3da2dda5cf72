// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.refusal.ProxyControl;
import java.io.BufferedReader;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The applications behind a tunnel whose SOCKS server is hostile, and the way to tell that server what to do.
///
/// Runs as a process of its own: `HostileProbe SOCKET PROXY CONTROL_PORT`, and takes commands, a line each, at the
/// socket, which is a file, so that it can be reached from another namespace of the network. Each is answered with
/// lines, the last of which is `.`:
///
/// - `deal TEXTS`, `dealt`, `peak`: as in [ProxyControl];
/// - `tcp COUNT ADDRESS PORT SEND_BYTES READ_MILLIS`: as many [StreamAttempt]s at once, a line each;
/// - `udp COUNT ADDRESS PORT TRIES WAIT_MILLIS ERRORS`: as many [DatagramAttempt]s at once, a line each; ERRORS is
/// how many messages of unreachable hosts are a reason not to wait any longer, 0 for none;
/// - `flows CONNECTIONS ADDRESS PORT SOURCES`: begins with [HealthyFlows];
/// - `moved`: how many bytes they have got back until now;
/// - `stop`: ends them, and says what became of them;
/// - `hold COUNT ADDRESS PORT`, `check`, `release`: [HeldConnections].
final class HostileProbe {
    static final String END = ".";

    private final ProxyControl proxy;
    private final HealthyFlows flows = new HealthyFlows();
    private final HeldConnections held = new HeldConnections();

    private HostileProbe(ProxyControl proxy) {
        this.proxy = proxy;
    }

    /// Obeys until the other side hangs up.
    static void main(String[] arguments) throws Exception {
        try (var proxy = ProxyControl.connect(arguments[1], Integer.parseInt(arguments[2]));
                var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
            System.out.println("ready");
            try (SocketChannel teller = server.accept()) {
                new HostileProbe(proxy).obey(teller);
            }
        }
    }

    private void obey(SocketChannel teller) throws Exception {
        var in = new BufferedReader(Channels.newReader(teller, StandardCharsets.US_ASCII));
        try (var out = Channels.newWriter(teller, StandardCharsets.US_ASCII)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                for (String answer : answer(line)) {
                    out.write(answer + "\n");
                }
                out.write(END + "\n");
                out.flush();
            }
        }
    }

    private List<String> answer(String line) throws Exception {
        String[] words = line.split(" ", 2);
        String[] rest = words.length > 1 ? words[1].split(" ", -1) : new String[0];
        return switch (words[0]) {
            case "deal" -> {
                proxy.deal(words[1]);
                yield List.of();
            }
            case "dealt" -> List.of(Integer.toString(proxy.dealt()));
            case "peak" -> List.of(Integer.toString(proxy.peak()));
            case "tcp" -> streams(rest);
            case "udp" -> datagrams(rest);
            case "flows" -> {
                flows.start(count(rest), Integer.parseInt(rest[3]), address(rest));
                yield List.of();
            }
            case "moved" -> List.of(Long.toString(flows.movedBytes()));
            case "stop" -> List.of(flows.stop());
            case "hold" -> held.hold(count(rest), address(rest));
            case "check" -> held.check();
            case "release" -> {
                held.release();
                yield List.of();
            }
            default -> throw new IllegalArgumentException(line);
        };
    }

    private static int count(String[] arguments) {
        return Integer.parseInt(arguments[0]);
    }

    private static InetSocketAddress address(String[] arguments) {
        return new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    }

    private static List<String> streams(String[] arguments) throws Exception {
        byte[] payload = StreamAttempt.payload(Integer.parseInt(arguments[3]));
        int readMillis = Integer.parseInt(arguments[4]);
        return together(count(arguments), () -> new StreamAttempt(address(arguments), payload, readMillis).run());
    }

    private static List<String> datagrams(String[] arguments) throws Exception {
        int tries = Integer.parseInt(arguments[3]);
        int waitMillis = Integer.parseInt(arguments[4]);
        try (var errors = new UnreachableCount(Integer.parseInt(arguments[5]))) {
            return together(
                    count(arguments), () -> new DatagramAttempt(address(arguments), tries, waitMillis, errors).run());
        }
    }

    private static List<String> together(int count, Callable<String> attempt)
            throws InterruptedException, ExecutionException {
        List<String> lines = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> attempts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                attempts.add(threads.submit(attempt));
            }
            for (Future<String> one : attempts) {
                lines.add(one.get());
            }
        }
        return lines;
    }
}
