// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.stream.Collectors;

/// The owner of one connection: reads and judges what it reads, writes what can be judged.
final class FlowOwner {
    private static final Refusal[] REFUSALS = Refusal.values();

    private final StackWorld world;
    private final Listener listener = new Listener();
    private final GatherList ranges = new GatherList();
    private final TcpOpenRequest request;
    private TcpFlow flow;
    private boolean isRefused;

    /// The sequence numbers of the SYNs that may have begun this connection: of all, until one was answered or the
    /// bytes read tell.
    private Set<Integer> clientIsns = Set.of();

    private int bytesRead;
    private int bytesWritten;

    /// An owner of nothing, before the first connection.
    FlowOwner(StackWorld world) {
        this(world, null);
        isRefused = true;
    }

    FlowOwner(StackWorld world, TcpOpenRequest request) {
        this.world = world;
        this.request = request;
        if (request != null) {
            request.handler(listener);
        }
    }

    /// Says which SYNs there were, or which of them was answered.
    void clientIsns(Set<Integer> isns) {
        clientIsns = isns;
    }

    boolean isOpen() {
        return flow != null && !listener.isOver();
    }

    /// How much it has written, so that the client can tell how much it may be sent.
    int bytesWritten() {
        return bytesWritten;
    }

    void accept() {
        if (flow == null && !isRefused && !listener.isOver()) {
            flow = request.accept(world.nowNanos);
            world.poll();
        }
    }

    void read(int most) {
        if (flow == null) {
            return;
        }
        ranges.clear();
        flow.peek(ranges);
        int left = Math.min(most, ranges.totalBytes());
        flow.consume(judge(left));
    }

    void write(int most) {
        if (flow == null) {
            return;
        }
        ranges.clear();
        flow.reserve(ranges);
        int left = Math.min(most, ranges.totalBytes());
        int written = 0;
        for (int i = 0; i < ranges.count() && written < left; i++) {
            ByteBuffer bytes = ranges.slab(i).bytes();
            int length = Math.min(left - written, ranges.length(i));
            Contents.OF_OWNER.put(bytesWritten + written, bytes, ranges.offset(i), length);
            written += length;
        }
        flow.commit(written);
        bytesWritten += written;
    }

    void shutdownOutput() {
        if (flow != null) {
            flow.shutdownOutput();
            world.poll();
        }
    }

    void act(int choice) {
        if (flow == null) {
            if (choice < 12) {
                accept();
            } else if (!isRefused && !listener.isOver()) {
                isRefused = true;
                request.refuse(REFUSALS[choice % REFUSALS.length], world.nowNanos);
            }
            return;
        }
        switch (choice & 3) {
            case 0, 1 -> flow.shutdownOutput();
            case 2 -> flow.shutdownInput();
            default -> flow.abort();
        }
    }

    private int judge(int length) {
        if (length > 0 && clientIsns.size() > 1) {
            clientIsns = clientIsns.stream()
                    .filter(isn -> rightBytes(isn, length) == length)
                    .collect(Collectors.toSet());
            Finding.unless(!clientIsns.isEmpty(), "the bytes read at " + bytesRead + " are nobody's");
        }
        int right = length == 0 ? 0 : rightBytes(clientIsns.iterator().next(), length);
        if (right < length) {
            throw new Finding("the byte read at " + (bytesRead + right) + " is wrong");
        }
        bytesRead += length;
        return length;
    }

    /// How many bytes are as the client sent them after the SYN with this number.
    private int rightBytes(int clientIsn, int length) {
        int judged = 0;
        for (int i = 0; i < ranges.count() && judged < length; i++) {
            ByteBuffer bytes = ranges.slab(i).bytes();
            int piece = Math.min(length - judged, ranges.length(i));
            int place = clientIsn + 1 + bytesRead + judged;
            int right = Contents.OF_CLIENT.matching(place, bytes, ranges.offset(i), piece);
            judged += right;
            if (right < piece) {
                return judged;
            }
        }
        return judged;
    }
}
