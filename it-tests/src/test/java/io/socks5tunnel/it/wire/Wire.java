// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.lab.SystemCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A wire for IP packets that loses, delays, reorders, doubles and damages them as it is told, for kernels that
/// cannot do so by themselves.
///
/// Runs as a process of its own: `Wire LEFT RIGHT SOCKET` makes two TUN devices in its network namespace and passes
/// packets between them, each direction on its own thread. The devices may be moved to other namespaces: the wire
/// holds on to them. Prints `ready`, and then takes orders on the Unix socket, which is found from any namespace, a
/// line each:
///
/// - `right SEED SETTINGS`, `left SEED SETTINGS`: what to do with packets in that direction, [WireSettings#line()];
///   says `ok`
/// - `count right`, `count left`: says [WireCounters#line()] since then
public final class Wire {
    private final WireDirection right;
    private final WireDirection left;

    private Wire(int leftEnd, int rightEnd) {
        right = new WireDirection(leftEnd, rightEnd);
        left = new WireDirection(rightEnd, leftEnd);
    }

    /// Passes on until the process is ended.
    public static void main(String[] arguments) throws IOException {
        SystemCalls calls = new SystemCalls();
        int leftEnd = calls.attachTun(arguments[0], SystemCalls.BARE_PACKETS);
        int rightEnd = calls.attachTun(arguments[1], SystemCalls.BARE_PACKETS);
        Wire wire = new Wire(leftEnd, rightEnd);
        try (ServerSocketChannel control = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            control.bind(UnixDomainSocketAddress.of(Path.of(arguments[2])));
            Thread.ofPlatform().name("right").start(wire.right::run);
            Thread.ofPlatform().name("left").start(wire.left::run);
            System.out.println("ready");
            while (true) {
                try (SocketChannel teller = control.accept()) {
                    wire.obey(teller);
                }
            }
        }
    }

    private void obey(SocketChannel teller) throws IOException {
        BufferedReader in = new BufferedReader(Channels.newReader(teller, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            teller.write(StandardCharsets.US_ASCII.encode(answer(line.split(" ", 3)) + "\n"));
        }
    }

    private String answer(String[] words) {
        if (words[0].equals("count")) {
            return direction(words[1]).counters().line();
        }
        direction(words[0]).become(WireSettings.parse(words[2]), Long.parseLong(words[1]));
        return "ok";
    }

    private WireDirection direction(String word) {
        return switch (word) {
            case "right" -> right;
            case "left" -> left;
            default -> throw new IllegalArgumentException("no direction: " + word);
        };
    }
}
