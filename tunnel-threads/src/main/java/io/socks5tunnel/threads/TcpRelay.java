// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;

/// Couples a client's flow with its upstream connection: bytes, ends and resets pass both ways with their own
/// meaning.
///
/// Nothing is buffered here. What upstream does not take stays in the flow and closes the client's window; what the
/// client does not take stays in the socket. Confined to one shard.
final class TcpRelay {
    /// What one relay moves each way before others have their turn, bytes.
    private static final int TURN_BYTES = 512 * 1024;

    private final TcpFlow flow;
    private final UpstreamLink link;
    private final ShardCounters counters;
    private boolean isUpEnded;
    private boolean isUpBroken;
    private boolean isDownEnded;
    private long movedBytes;

    TcpRelay(TcpFlow flow, UpstreamLink link, ShardCounters counters) {
        this.flow = flow;
        this.link = link;
        this.counters = counters;
    }

    /// What a turn of [#pump] left behind.
    enum Remainder {
        /// Nothing: wait for the next event.
        NOTHING,
        /// More can be moved at once.
        WORK,
        /// Upstream has something, but no slab was free to read it into.
        HUNGER,
    }

    /// Moves bytes both ways, as many as fit into one turn.
    ///
    /// @throws IOException if the upstream connection failed; [#cut] the relay then
    Remainder pump(RelayScratch scratch) throws IOException {
        Remainder down = pumpDown(scratch.down());
        Remainder up = pumpUp(scratch.up());
        if (isUpEnded && isDownEnded) {
            // the client may still have to acknowledge, but the descriptor is of no more use
            link.close();
        }
        return up == Remainder.WORK ? up : down;
    }

    /// Bytes moved either way so far.
    long movedBytes() {
        return movedBytes;
    }

    /// Resets both sides.
    void cut() {
        flow.abort();
        link.abort();
    }

    /// Ends the upstream side after the flow has ended in good order.
    void close() {
        link.close();
    }

    /// An upstream that has ended its own stream in good order may well reset what still comes: the client must get
    /// the stream all the same, so only this direction ends then. What the client sends goes nowhere, until it has
    /// got everything; then it is reset like any who sends to a closed port.
    private Remainder pumpUp(GatherList ranges) throws IOException {
        if (!isDownEnded) {
            return pumpUpWhole(ranges);
        }
        if (!isUpBroken) {
            try {
                return pumpUpWhole(ranges);
            } catch (IOException _) {
                isUpBroken = true;
                isUpEnded = true;
                link.abort();
            }
        }
        int unwanted = flow.readableBytes();
        if (unwanted > 0 && flow.unacknowledgedBytes() == 0) {
            throw new IOException("the client has everything, and goes on sending what nobody takes");
        }
        flow.consume(unwanted);
        return Remainder.NOTHING;
    }

    private Remainder pumpUpWhole(GatherList ranges) throws IOException {
        int moved = 0;
        while (moved < TURN_BYTES && link.isWritable() && flow.readableBytes() > 0) {
            ranges.clear();
            flow.peek(ranges);
            int written = link.write(ranges);
            flow.consume(written);
            moved += written;
        }
        count(Count.BYTES_UP, moved);
        if (moved >= TURN_BYTES) {
            return Remainder.WORK;
        }
        if (!isUpEnded && flow.isInputEnded()) {
            isUpEnded = true;
            // Where both directions have ended, the link is closed next, and that sends FIN as well.
            if (!isDownEnded) {
                link.shutdownOutput();
            }
        }
        return Remainder.NOTHING;
    }

    private Remainder pumpDown(GatherList ranges) throws IOException {
        int moved = 0;
        Remainder remainder = Remainder.NOTHING;
        while (!isDownEnded && link.isReadable() && flow.sendSpaceBytes() > 0) {
            if (moved >= TURN_BYTES) {
                remainder = Remainder.WORK;
                break;
            }
            ranges.clear();
            flow.reserve(ranges);
            if (ranges.totalBytes() == 0) {
                remainder = Remainder.HUNGER;
                break;
            }
            int read = readInto(ranges);
            if (read < 0) {
                isDownEnded = true;
                flow.shutdownOutput();
            } else {
                moved += read;
            }
        }
        count(Count.BYTES_DOWN, moved);
        return remainder;
    }

    private int readInto(GatherList ranges) throws IOException {
        int read = 0;
        try {
            read = link.read(ranges);
        } finally {
            // also takes back what was reserved in vain
            flow.commit(Math.max(0, read));
        }
        return read;
    }

    private void count(Count direction, int bytes) {
        if (bytes > 0) {
            movedBytes += bytes;
            counters.add(direction, bytes);
        }
    }
}
