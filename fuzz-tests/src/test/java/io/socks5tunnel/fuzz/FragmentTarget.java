// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.UdpDatagram;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/// Pieces of a few UDP datagrams in any order, size and overlap. A datagram that arrives is the one that was sent,
/// byte by byte; and one whose pieces came without a contradiction arrives.
///
/// ```
/// settings, { datagram, kind, … }      a piece: offset and length in units of 8 bytes, more follows
/// ```
final class FragmentTarget implements FuzzTarget {
    private static final FragmentedUdp[] DATAGRAMS = {
        new FragmentedUdp(false, 0, 16),
        new FragmentedUdp(true, 1, 24),
        new FragmentedUdp(false, 2, 1480),
        new FragmentedUdp(true, 3, 1999),
        new FragmentedUdp(false, 4, 4000),
        new FragmentedUdp(true, 5, 8),
        new FragmentedUdp(false, 6, 65_515),
        new FragmentedUdp(true, 7, 20_001)
    };

    private final SlabStock pool = new SlabStock();
    private long outcome;

    @Override
    public void run(byte[] input) {
        var bytes = new FuzzBytes(input);
        var run = new Run(pool, bytes.u8());
        while (bytes.hasMore()) {
            run.step(bytes);
        }
        run.world.end();
        outcome = run.outcome();
    }

    @Override
    public long outcome() {
        return outcome;
    }

    private static final class Run {
        private final SlabStock pool;
        private final StackWorld world;
        private final BitSet[] come = new BitSet[DATAGRAMS.length];
        private final boolean[] isClean = new boolean[DATAGRAMS.length];
        private int arrived = -1;
        private long arrivals;

        Run(SlabStock pool, int settings) {
            this.pool = pool;
            world = new StackWorld(pool, StackConfig.forMtu(1500), TunCapabilities.NONE);
            world.isFragmentElsewhere = (settings & 0x80) != 0;
            world.onDatagram = this::onDatagram;
            for (int i = 0; i < DATAGRAMS.length; i++) {
                come[i] = new BitSet();
                isClean[i] = !world.isFragmentElsewhere;
            }
        }

        void step(FuzzBytes bytes) {
            int control = bytes.u8();
            int number = control & 7;
            switch (control >> 3 & 7) {
                case 0 -> wild(number, bytes);
                case 1 -> {
                    world.pass((bytes.u8() + 1L) << 28);
                    forget();
                }
                case 2 -> {
                    pool.limit((control & 0x80) == 0 ? Integer.MAX_VALUE : pool.taken() + (control >> 6 & 1));
                    forget();
                }
                case 3 -> world.poll();
                default -> piece(number, bytes);
            }
        }

        /// A piece that fits its datagram. The last one is as long as it has to be.
        private void piece(int number, FuzzBytes bytes) {
            FragmentedUdp datagram = DATAGRAMS[number];
            int units = (datagram.length() + 7) / 8;
            int first = datagram.length() > 2000 ? bytes.u16() % units : bytes.u8() % units;
            int count = Math.min(units - first, 1 + (datagram.length() > 2000 ? bytes.u16() : bytes.u8()));
            int from = first * 8;
            int to = Math.min(datagram.length(), from + count * 8);
            arrived = -1;
            hand(datagram.piece(from, to, to < datagram.length()));
            judge(number, first, first + count);
        }

        private void judge(int number, int first, int end) {
            BitSet pieces = come[number];
            boolean isNew = pieces.get(first, end).isEmpty();
            if (!isNew) {
                // it may be the very same piece again, which is harmless, or an overlap, which is not
                isClean[number] = false;
            }
            pieces.set(first, end);
            boolean isWhole = pieces.cardinality() == (DATAGRAMS[number].length() + 7) / 8;
            if (isClean[number] && isWhole) {
                Finding.unlessSame(arrived, number, "the datagram that arrived with its last piece");
            }
            if (arrived == number) {
                pieces.clear();
            }
        }

        /// A piece that says anything.
        private void wild(int number, FuzzBytes bytes) {
            isClean[number] = false;
            int from = bytes.u16();
            byte[] content = bytes.take(bytes.u8());
            hand(DATAGRAMS[number].wild(from, content));
            // what it has made others say is not theirs
            forget();
        }

        private void forget() {
            Arrays.fill(isClean, false);
        }

        private void hand(byte[] packet) {
            world.receive(packet, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        }

        long outcome() {
            return world.outcome() * 31 + arrivals;
        }

        private DropReason onDatagram(UdpDatagram datagram) {
            arrivals = arrivals * 31 + datagram.clientPort() * 65_536L + datagram.payloadLength();
            int number = datagram.clientPort() - FragmentedUdp.FIRST_PORT;
            boolean isKnown = number >= 0 && number < DATAGRAMS.length;
            if (isKnown && datagram.destinationPort() == FragmentedUdp.DESTINATION_PORT && isClean[number]) {
                arrived = number;
                ByteBuffer bytes = datagram.slab().bytes();
                Finding.unless(
                        DATAGRAMS[number].isPayload(bytes, datagram.payloadOffset(), datagram.payloadLength()),
                        "another datagram than was sent");
            }
            return null;
        }
    }
}
