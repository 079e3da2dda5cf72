// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.threads.dns.DnsFrames;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A TCP connection through the SOCKS server to the resolver, for many queries one after the other and at the same
/// time; answers come in any order (RFC 7766 §6.2.1.1). Confined to one shard.
final class ResolverConnection implements Waker {
    private final Dialer dialer;
    private final DnsFrames.Receiver receiver;
    private final UpstreamDial dial;
    private final DnsFrames frames = new DnsFrames();
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private final long openedNanos;
    private int sentOfFirst;
    private boolean isAwake = true;
    private long lastHeardNanos;
    private @Nullable UpstreamLink link;

    ResolverConnection(Dialer dialer, SocksTarget resolver, DnsFrames.Receiver receiver, long nowNanos) {
        this.dialer = dialer;
        this.receiver = receiver;
        openedNanos = nowNanos;
        lastHeardNanos = nowNanos;
        dial = dialer.dial(resolver, this);
    }

    @Override
    public void wake() {
        isAwake = true;
    }

    /// Whether [#run] may find something to do.
    boolean isAwake() {
        return isAwake;
    }

    /// Whether the resolver is at the other end.
    boolean isEstablished() {
        return link != null;
    }

    /// When it was begun, ns.
    long openedNanos() {
        return openedNanos;
    }

    /// When the resolver last sent something, or else when the connection was begun, ns.
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /// Sends a message with its length in front, now or as soon as possible.
    void send(byte[] frame) {
        outgoing.add(frame);
        isAwake = true;
    }

    /// Goes on as far as possible without waiting.
    ///
    /// @throws IOException if it came to nothing, or has ended; [#close] it then
    void run(long nowNanos) throws IOException {
        isAwake = false;
        UpstreamLink present = link == null ? advance(nowNanos) : link;
        if (present != null) {
            flush(present);
            receive(present, nowNanos);
        }
    }

    /// Ends it. Harmless when repeated.
    void close() {
        if (link == null) {
            dial.cancel();
        } else {
            link.close();
        }
    }

    private @Nullable UpstreamLink advance(long nowNanos) throws IOException {
        return switch (dial.advance()) {
            case UpstreamDial.Outcome.UnderWay _ -> null;
            case UpstreamDial.Outcome.Failed(DialFailure failure) -> throw new IOException(failure.reason());
            case UpstreamDial.Outcome.Connected connected -> {
                link = connected.link();
                lastHeardNanos = nowNanos;
                yield connected.link();
            }
        };
    }

    private void flush(UpstreamLink present) throws IOException {
        byte[] frame = outgoing.peek();
        while (frame != null && present.isWritable()) {
            int left = frame.length - sentOfFirst;
            dialer.scratch().bytes().put(0, frame, sentOfFirst, left);
            GatherList ranges = dialer.clearedRanges();
            ranges.add(dialer.scratch(), 0, left);
            sentOfFirst += present.write(ranges);
            if (sentOfFirst == frame.length) {
                sentOfFirst = 0;
                outgoing.remove();
                frame = outgoing.peek();
            }
        }
    }

    private void receive(UpstreamLink present, long nowNanos) throws IOException {
        while (present.isReadable()) {
            GatherList ranges = dialer.clearedRanges();
            ranges.add(dialer.scratch(), 0, dialer.scratch().bytes().capacity());
            int received = present.read(ranges);
            if (received < 0) {
                throw new IOException("the resolver has ended the connection");
            }
            if (received > 0) {
                lastHeardNanos = nowNanos;
                frames.received(dialer.scratch().bytes(), 0, received, receiver);
            }
        }
    }
}
