// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import org.jspecify.annotations.Nullable;

/// What a relay would be: takes what the client sends and compares it, sends seeded content, in pieces of chance
/// sizes.
final class StackApplication implements TcpFlowHandler {
    private final SeededRandom random;
    private final SeededContent expected;
    private final SeededContent content;
    private final long lengthToSend;
    /// FIN waits until everything else has arrived, so that it travels alone and may be lost alone.
    private final boolean isFinLate;

    private final GatherList gather = new GatherList();
    private @Nullable TcpFlow flow;
    private long received;
    private long sent;
    private long mismatchAt = -1;
    private boolean isShut;
    private boolean isInputEnded;
    private boolean isClosed;
    private boolean isReset;

    StackApplication(SeededRandom random, SeededContent expected, SeededContent content, long lengthToSend) {
        this.random = random;
        this.expected = expected;
        this.content = content;
        this.lengthToSend = lengthToSend;
        isFinLate = random.chance(0.5);
    }

    void flow(TcpFlow accepted) {
        flow = accepted;
    }

    long received() {
        return received;
    }

    long mismatchAt() {
        return mismatchAt;
    }

    boolean isInputEnded() {
        return isInputEnded;
    }

    boolean isClosed() {
        return isClosed;
    }

    boolean isReset() {
        return isReset;
    }

    /// Moves some bytes both ways.
    ///
    /// @return whether it left something undone on purpose, and wants to go on without being told
    boolean work() {
        TcpFlow on = flow;
        if (on == null || isClosed || isReset) {
            return false;
        }
        boolean isReadUnfinished = read(on);
        return write(on) || isReadUnfinished;
    }

    private boolean read(TcpFlow on) {
        int readable = on.readableBytes();
        if (readable > 0) {
            gather.clear();
            on.peek(gather);
            if (gather.totalBytes() == 0 || gather.totalBytes() > readable) {
                throw new IllegalStateException("peek shows " + gather.totalBytes() + " of " + readable);
            }
            int most = random.chance(0.7) ? gather.totalBytes() : random.below(gather.totalBytes() + 1);
            compare(most);
            on.consume(most);
            received += most;
        }
        if (on.isInputEnded() && on.readableBytes() == 0) {
            isInputEnded = true;
        }
        return on.readableBytes() > 0;
    }

    private void compare(int length) {
        int left = length;
        long position = received;
        for (int i = 0; i < gather.count() && left > 0; i++) {
            byte[] part = new byte[Math.min(left, gather.length(i))];
            gather.slab(i).bytes().get(gather.offset(i), part);
            long mismatch = expected.mismatch(position, part, 0, part.length);
            if (mismatch >= 0 && mismatchAt < 0) {
                mismatchAt = mismatch;
            }
            position += part.length;
            left -= part.length;
        }
    }

    private boolean write(TcpFlow on) {
        int most = (int) Math.min(on.sendSpaceBytes(), lengthToSend - sent);
        if (most > 0) {
            gather.clear();
            on.reserve(gather);
            int wanted = Math.min(most, gather.totalBytes());
            int length = random.chance(0.7) ? wanted : random.below(wanted + 1);
            fill(length);
            on.commit(length);
            sent += length;
        }
        if (sent == lengthToSend && !isShut && (!isFinLate || on.unacknowledgedBytes() == 0)) {
            isShut = true;
            on.shutdownOutput();
        }
        return sent < lengthToSend && on.sendSpaceBytes() > 0;
    }

    private void fill(int length) {
        int left = length;
        long position = sent;
        for (int i = 0; i < gather.count() && left > 0; i++) {
            int part = Math.min(left, gather.length(i));
            gather.slab(i).bytes().put(gather.offset(i), content.bytes(position, part));
            position += part;
            left -= part;
        }
    }

    @Override
    public void onConfirmed() {}

    @Override
    public void onReadable() {}

    @Override
    public void onWritable() {}

    @Override
    public void onReset() {
        isReset = true;
    }

    @Override
    public void onClosed() {
        isClosed = true;
    }
}
