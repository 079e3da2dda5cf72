// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Tells a running [Wire] what to do.
final class WireControl implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader answers;

    private WireControl(SocketChannel channel) {
        this.channel = channel;
        answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
    }

    static WireControl connect(Path socket) {
        try {
            return new WireControl(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Treats packets both ways so from now on; the directions have seeds of their own, made from `seed`.
    void become(WireSettings settings, long seed) {
        ask("right " + seed + " " + settings.line());
        ask("left " + ~seed + " " + settings.line());
    }

    /// What has happened since to packets from the client.
    WireCounters right() {
        return WireCounters.parse(ask("count right"));
    }

    /// What has happened since to packets to the client.
    WireCounters left() {
        return WireCounters.parse(ask("count left"));
    }

    private String ask(String line) {
        try {
            channel.write(StandardCharsets.US_ASCII.encode(line + "\n"));
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("the wire has ended");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
