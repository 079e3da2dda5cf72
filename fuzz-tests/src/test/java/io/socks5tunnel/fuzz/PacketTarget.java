// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.UdpDatagram;
import java.util.ArrayDeque;

/// Raw bytes into the stack, as a device would deliver them. Lengths and the header checksum can be put right on
/// the way, since no fuzzer guesses those.
///
/// ```
/// settings, behaviour, { 0-3: length, packet | 4: time | 5: poll | 6: the owner does something | 7: slabs, losses
/// }
/// ```
final class PacketTarget implements FuzzTarget {
    private static final int[] MTUS = {1500, 1280, 576, 68, 9000, 65535};
    private static final DatagramRefusal[] REFUSALS = DatagramRefusal.values();
    private static final Refusal[] TCP_REFUSALS = Refusal.values();
    private static final GsoType[] GSO_TYPES = GsoType.values();

    private final SlabStock pool = new SlabStock();
    private long outcome;
    private final Slab scratch = new Slab();

    @Override
    public void run(byte[] input) {
        var bytes = new FuzzBytes(input);
        int settings = bytes.u8();
        boolean isOffload = (settings & 0x10) != 0;
        StackConfig config = StackConfig.forMtu(MTUS[(settings & 7) % MTUS.length]);
        var world = new StackWorld(
                pool,
                config.answeringEchoes((settings & 8) != 0),
                isOffload ? StackWorld.OFFLOAD : TunCapabilities.NONE);
        var owner = new Owner(world, scratch, bytes.u8());
        while (bytes.hasMore()) {
            step(world, owner, bytes);
        }
        world.end();
        outcome = world.outcome();
    }

    @Override
    public long outcome() {
        return outcome;
    }

    private void step(StackWorld world, Owner owner, FuzzBytes bytes) {
        int control = bytes.u8();
        int choice = control >> 3;
        switch (control & 7) {
            case 4 -> world.pass(1L << Math.min(36, choice + 10));
            case 5 -> world.poll();
            case 6 -> owner.act(choice);
            case 7 -> {
                if ((choice & 1) != 0) {
                    world.packetsToLose = choice >> 1;
                } else {
                    pool.limit((choice & 16) != 0 ? Integer.MAX_VALUE : choice >> 1);
                }
            }
            default -> receive(world, choice, bytes);
        }
    }

    private static void receive(StackWorld world, int choice, FuzzBytes bytes) {
        byte[] packet = bytes.take(bytes.u16() & 0x7ff);
        if ((choice & 1) == 0) {
            RawPackets.putRight(packet);
        }
        ChecksumState checksum = (choice & 2) == 0 ? ChecksumState.VALID : ChecksumState.UNVERIFIED;
        GsoType gsoType = (choice & 4) == 0 ? GsoType.NONE : GSO_TYPES[(choice >> 3) % GSO_TYPES.length];
        int gsoSize = gsoType == GsoType.NONE ? 0 : 1 + (packet.length & 0x3ff);
        world.receive(packet, checksum, gsoType, gsoSize);
    }

    /// Does with flows and datagrams what the input says.
    private static final class Owner {
        private final StackWorld world;
        private final ArrayDeque<TcpOpenRequest> requests = new ArrayDeque<>();
        private final ArrayDeque<TcpFlow> flows = new ArrayDeque<>();
        private final Slab scratch;
        private final GatherList ranges = new GatherList();

        Owner(StackWorld world, Slab scratch, int behaviour) {
            this.world = world;
            this.scratch = scratch;
            world.isStrayElsewhere = (behaviour & 0x80) != 0;
            world.isFragmentElsewhere = (behaviour & 0x40) != 0;
            world.onOpen = request -> onOpen(request, behaviour & 3);
            world.onDatagram = datagram -> onDatagram(datagram, behaviour >> 2 & 0xf);
        }

        private boolean onOpen(TcpOpenRequest request, int behaviour) {
            if (behaviour == 3) {
                return false;
            }
            var handler = new Listener();
            request.handler(handler);
            handler.whenOver = () -> requests.remove(request);
            if (behaviour == 1) {
                flows.add(request.accept(world.nowNanos));
            } else {
                requests.add(request);
            }
            return true;
        }

        private DropReason onDatagram(UdpDatagram datagram, int behaviour) {
            if ((behaviour & 1) != 0) {
                world.stack.refuse(datagram, REFUSALS[behaviour % REFUSALS.length], world.nowNanos);
                return DropReason.UDP_NOT_RELAYED;
            }
            if ((behaviour & 2) != 0) {
                world.stack.refuseTooBig(datagram, behaviour * 100, world.nowNanos);
                return DropReason.UDP_TOO_LARGE;
            }
            int length = Math.min(datagram.payloadLength(), Slab.CAPACITY_BYTES);
            scratch.bytes().put(0, datagram.slab().bytes(), datagram.payloadOffset(), length);
            world.stack.sendDatagram(
                    datagram.source(),
                    datagram.destinationHigh(),
                    datagram.destinationLow(),
                    datagram.destinationPort(),
                    scratch,
                    0,
                    length);
            return null;
        }

        void act(int choice) {
            TcpOpenRequest request = requests.poll();
            if (request != null) {
                if ((choice & 1) == 0) {
                    flows.add(request.accept(world.nowNanos));
                } else {
                    request.refuse(TCP_REFUSALS[(choice >> 1) % TCP_REFUSALS.length], world.nowNanos);
                }
                return;
            }
            TcpFlow flow = flows.poll();
            if (flow != null) {
                act(flow, choice);
                flows.add(flow);
            }
        }

        private void act(TcpFlow flow, int choice) {
            ranges.clear();
            switch (choice & 7) {
                case 0, 1, 2 -> {
                    flow.peek(ranges);
                    flow.consume(ranges.totalBytes());
                }
                case 3, 4 -> {
                    flow.reserve(ranges);
                    flow.commit(Math.min(ranges.totalBytes(), choice * 500));
                }
                case 5 -> flow.shutdownOutput();
                case 6 -> flow.shutdownInput();
                default -> flow.abort();
            }
        }
    }
}
