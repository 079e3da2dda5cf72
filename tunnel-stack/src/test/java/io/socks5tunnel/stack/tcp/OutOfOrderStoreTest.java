// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What came before the bytes in front of it: T-RX-1, T-RX-2, T-RX-4, T-RX-8.
class OutOfOrderStoreTest {
    private final CountingPool pool = new CountingPool();
    private final PacketBurst burst = new PacketBurst(pool);
    private final PayloadKeeper keeper = new PayloadKeeper(new ReceivedPayload(pool));
    private final OutOfOrderStore store = new OutOfOrderStore(keeper);
    private final DuplicateBlock duplicate = new DuplicateBlock();

    /// A packet whose payload, all of it `letter`, begins at its first byte.
    private InboundPacket packet(char letter, int length) {
        Slab slab = burst.slabForNext(length);
        int at = burst.nextOffset();
        for (int i = 0; i < length; i++) {
            slab.bytes().put(at + i, (byte) letter);
        }
        burst.add(at, length, ChecksumState.VALID, GsoType.NONE, 0);
        return burst.packet(burst.count() - 1);
    }

    private int add(char letter, long start, int length) {
        InboundPacket packet = packet(letter, length);
        return store.add(packet, packet.offset(), start, length, duplicate);
    }

    private void endBurst() {
        burst.clear();
        burst.release();
    }

    /// All pieces up to `rcvNxt` as text, one after the other.
    private List<String> pollAll(long rcvNxt) {
        List<String> pieces = new ArrayList<>();
        for (ReceivedRange range = store.pollUpTo(rcvNxt); range != null; range = store.pollUpTo(rcvNxt)) {
            var text = new StringBuilder().append(range.start()).append(':');
            for (int i = 0; i < range.length(); i++) {
                text.append((char) range.slab().bytes().get(range.offset() + i));
            }
            pieces.add(text.toString());
            keeper.release(range);
        }
        return pieces;
    }

    @Nested
    @Tag("T-RX-2")
    class AnOverlap {
        @Test
        void leavesTheFirstCopyAndFillsWhatIsMissingAroundIt() {
            assertThat(add('a', 10, 5)).isEqualTo(5);
            assertThat(add('b', 7, 12)).isEqualTo(7);
            assertThat(store.rangeCount()).isEqualTo(3);
            assertThat(store.end()).isEqualTo(19);
            assertThat(pollAll(100)).containsExactly("7:bbb", "10:aaaaa", "15:bbbb");
        }

        @Test
        void ofAWholePieceStoresNothing() {
            add('a', 10, 5);
            assertThat(add('b', 10, 5)).isZero();
            assertThat(add('b', 11, 3)).isZero();
            assertThat(pollAll(100)).containsExactly("10:aaaaa");
        }

        @Test
        void fillsTheGapsBetweenPieces() {
            add('a', 10, 2);
            add('b', 15, 2);
            add('c', 20, 2);
            assertThat(add('d', 11, 10)).isEqualTo(6);
            assertThat(pollAll(100)).containsExactly("10:aa", "12:ddd", "15:bb", "17:ddd", "20:cc");
        }

        @Test
        @Tag("T-RX-8")
        void isToldByItsFirstPart() {
            add('a', 10, 5);
            add('b', 12, 20);
            assertThat(duplicate.start()).isEqualTo(12);
            assertThat(duplicate.end()).isEqualTo(15);
        }

        @Test
        @Tag("T-RX-8")
        void isToldNoFurtherThanTheSegmentReaches() {
            add('a', 10, 5);
            add('b', 8, 4);
            assertThat(duplicate.start()).isEqualTo(10);
            assertThat(duplicate.end()).isEqualTo(12);
        }

        @Test
        @Tag("T-RX-8")
        void thatOnlyTouchesIsNone() {
            add('a', 10, 5);
            add('b', 15, 5);
            add('c', 5, 5);
            assertThat(duplicate.isEmpty()).isTrue();
        }
    }

    @Nested
    class WhatIsInFront {
        @Test
        void comesOutOnlyWhenItsTurnHasCome() {
            add('a', 10, 2);
            assertThat(store.pollUpTo(9)).isNull();
            assertThat(pollAll(10)).containsExactly("10:aa");
            assertThat(store.isEmpty()).isTrue();
            assertThat(store.pollUpTo(100)).isNull();
            assertThat(store.end()).isZero();
        }
    }

    @Nested
    class BeyondTheBurst {
        @Test
        void neighboursBecomeOnePiece() {
            add('a', 10, 2);
            add('b', 12, 3);
            add('c', 20, 1);
            assertThat(store.keepAll()).isZero();
            endBurst();
            assertThat(store.rangeCount()).isEqualTo(2);
            assertThat(pollAll(100)).containsExactly("10:aabbb", "20:c");
            assertThat(pool.outCount()).isZero();
        }

        @Test
        void neighboursInARowAreAllKept() {
            add('a', 10, 2);
            add('b', 12, 2);
            add('c', 14, 2);
            add('d', 16, 2);
            store.keepAll();
            endBurst();
            pool.tryTake().bytes().putLong(0, -1);
            assertThat(pollAll(100)).containsExactly("10:aabbccdd");
        }

        @Test
        void whatWasKeptIsContinuedByLaterBursts() {
            add('a', 10, 2);
            store.keepAll();
            endBurst();
            add('b', 12, 3);
            store.keepAll();
            endBurst();
            assertThat(store.rangeCount()).isOne();
            assertThat(pollAll(100)).containsExactly("10:aabbb");
        }

        /// What lies beside it in the stream, but not in memory.
        @Test
        void neighboursThatWereKeptInAnotherOrderStayApart() {
            add('b', 12, 3);
            store.keepAll();
            add('a', 10, 2);
            store.keepAll();
            endBurst();
            assertThat(pollAll(100)).containsExactly("10:aa", "12:bbb");
            assertThat(pool.outCount()).isZero();
        }

        @Test
        void piecesBehindOneThatWasKeptAreKeptToo() {
            add('a', 10, 2);
            store.keepAll();
            add('b', 5, 2);
            add('c', 20, 2);
            store.keepAll();
            endBurst();
            pool.tryTake().bytes().putLong(0, -1);
            assertThat(pollAll(100)).containsExactly("5:bb", "10:aa", "20:cc");
        }

        @Test
        void aPieceThatWasTakenWithinItsBurstNeedsNoMemory() {
            add('a', 10, 2);
            assertThat(pollAll(10)).hasSize(1);
            pool.limit(pool.outCount());
            assertThat(store.keepAll()).isZero();
            add('b', 20, 2);
            assertThat(store.keepAll()).isEqualTo(2);
            assertThat(store.isEmpty()).isTrue();
        }

        @Test
        void whatFindsNoMemoryIsDroppedAndCountedAndTheRestStays() {
            add('a', 10, 2);
            store.keepAll();
            endBurst();
            // what is packed has room for two of these, and then for a small one
            int large = Slab.CAPACITY_BYTES / 2 - 8;
            add('b', 1_000_000, large);
            add('c', 2_000_000, large);
            add('d', 3_000_000, large);
            add('e', 4_000_000, 5);
            pool.limit(pool.outCount());
            assertThat(store.keepAll()).isEqualTo(large);
            assertThat(store.rangeCount()).isEqualTo(4);
            assertThat(store.end()).isEqualTo(4_000_005);
            assertThat(store.keepAll()).isZero();
            endBurst();
            store.clear();
            assertThat(pool.outCount()).isZero();
        }

        @Test
        void allThatFindsNoMemoryIsDroppedFromFrontToEnd() {
            add('a', 10, 2);
            add('b', 20, 3);
            pool.limit(pool.outCount());
            assertThat(store.keepAll()).isEqualTo(5);
            assertThat(store.isEmpty()).isTrue();
        }

        @Test
        void nothingIsLeftAfterClear() {
            add('a', 10, 2);
            store.keepAll();
            add('b', 20, 3);
            store.clear();
            endBurst();
            assertThat(store.isEmpty()).isTrue();
            assertThat(store.rangeCount()).isZero();
            assertThat(pool.outCount()).isZero();
        }
    }

    @Nested
    @Tag("T-RX-4")
    class WhenItIsFull {
        private static final int STRIDE = 10;

        private void fill() {
            for (int i = 0; i < OutOfOrderStore.MAX_RANGES; i++) {
                assertThat(add('a', 1_000 + (long) STRIDE * i, 2)).isEqualTo(2);
                if (i % 64 == 63) {
                    store.keepAll();
                    endBurst();
                }
            }
            assertThat(store.rangeCount()).isEqualTo(OutOfOrderStore.MAX_RANGES);
        }

        @Test
        void aPieceBehindAllOthersIsNotStored() {
            fill();
            assertThat(add('b', 1_000_000, 2)).isZero();
            assertThat(store.rangeCount()).isEqualTo(OutOfOrderStore.MAX_RANGES);
        }

        @Test
        void aPieceInFrontTakesThePlaceOfTheLast() {
            fill();
            long end = store.end();
            assertThat(add('b', 10, 2)).isEqualTo(2);
            assertThat(store.rangeCount()).isEqualTo(OutOfOrderStore.MAX_RANGES);
            assertThat(store.end()).isEqualTo(end - STRIDE);
            store.keepAll();
            endBurst();
            store.clear();
            assertThat(pool.outCount()).isZero();
        }

        @Test
        void aPieceForWhichAKeptOneGaveWayIsKept() {
            fill();
            add('b', 10, 2);
            store.keepAll();
            endBurst();
            pool.tryTake().bytes().putLong(0, -1);
            assertThat(pollAll(10)).containsExactly("10:bb");
        }

        @Test
        void aLastPieceThatGivesWayWithinItsBurstNeedsNoMemory() {
            fill();
            store.pollUpTo(1_000);
            add('b', 1_000_000, 2);
            add('c', 10, 2);
            assertThat(store.end()).isLessThan(1_000_000);
            store.keepAll();
            endBurst();
            // the piece that gave way is not waited for: what comes next is looked for and kept
            pool.limit(pool.outCount());
            assertThat(store.keepAll()).isZero();
        }
    }
}
