// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.UdpDatagram;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/// A stack in virtual time whose device and owner are a fuzz target, and what must hold whatever happens to it:
///
/// - every packet that it sends is sound, in the eyes of a reader that knows nothing of the stack, and fits
/// - no invariant of [StackAudit] is broken
/// - each flow that was announced is forgotten once
/// - its timers come to rest
/// - in the end it holds no slab but the one for headers
final class StackWorld implements FlowListener, PacketSink {
    static final TunCapabilities OFFLOAD = new TunCapabilities(true, true, true);

    private static final long START_NANOS = 7_000_000_000L;
    private static final int MOST_TIMERS = 20_000;

    /// A link of a smaller MTU carries no IPv6 (RFC 8200 §5), and Linux takes it off such a device.
    private static final int LEAST_IPV6_MTU_BYTES = 1280;

    private static final byte[] SECRET = new byte[32];

    final PacketStack stack;
    final SlabStock pool;
    long nowNanos = START_NANOS;

    Predicate<TcpOpenRequest> onOpen = _ -> false;
    Function<UdpDatagram, DropReason> onDatagram = _ -> DropReason.UDP_NOT_RELAYED;
    Consumer<ParsedPacket> onSent = _ -> {};
    boolean isStrayElsewhere;
    boolean isFragmentElsewhere;

    /// So many packets are lost by the device from now on.
    int packetsToLose;

    private final StackConfig config;
    private final TunCapabilities capabilities;
    private final PacketBurst burst;
    private final StackAudit audit = new StackAudit();
    private final Map<FlowKey, Integer> announced = new HashMap<>();
    private final CRC32C everythingSent = new CRC32C();

    StackWorld(SlabStock pool, StackConfig config, TunCapabilities capabilities) {
        this.pool = pool;
        this.config = config;
        this.capabilities = capabilities;
        pool.reset();
        burst = new PacketBurst(pool);
        stack = new PacketStack(config, this, pool, this, SECRET);
    }

    /// Hands in one packet; what lay in the burst before is still there.
    void receive(byte[] packet, ChecksumState checksum, GsoType gsoType, int gsoSizeBytes) {
        if (burst.isFull()) {
            poll();
        }
        Slab slab = burst.slabForNext(Math.max(packet.length, 1));
        if (slab == null) {
            return;
        }
        slab.bytes().put(burst.nextOffset(), packet);
        burst.add(burst.nextOffset(), packet.length, checksum, gsoType, gsoSizeBytes);
        stack.receive(burst.packet(burst.count() - 1), nowNanos);
    }

    /// Ends the burst, as a shard does.
    void poll() {
        stack.poll(nowNanos);
        burst.clear();
        audit.check(stack.inspect());
    }

    /// Lets time pass, from deadline to deadline.
    void pass(long nanos) {
        poll();
        long end = nowNanos + nanos;
        int timers = 0;
        while (stack.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, stack.nextDeadlineNanos());
            poll();
            Finding.unless(++timers <= MOST_TIMERS, "timers never rest");
        }
        nowNanos = end;
        poll();
    }

    /// Ends everything, and looks at what is left.
    void end() {
        poll();
        packetsToLose = 0;
        stack.abortAll(nowNanos);
        poll();
        burst.release();
        Finding.unlessSame(stack.flowCount(), 0, "flows in the table at the end");
        Finding.unlessSame(pool.taken(), 1, "slabs in use at the end");
        Finding.unless(announced.isEmpty(), "never forgotten: " + announced);
        long deadline = stack.nextDeadlineNanos();
        Finding.unless(deadline == PacketStack.NO_DEADLINE, "an empty stack wants to be woken at " + deadline);
    }

    /// A number that depends on every packet sent, on their order and on the time that has passed.
    long outcome() {
        return everythingSent.getValue() ^ nowNanos << Integer.SIZE;
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        SimPacket copy = copy(packet);
        everythingSent.update(copy.bytes());
        ParsedPacket parsed = ParsedPacket.parse(copy).requireSound();
        boolean isSuper = packet.gsoType() != GsoType.NONE;
        int mtuBytes = parsed.version() == 4 ? config.mtuBytes() : Math.max(config.mtuBytes(), LEAST_IPV6_MTU_BYTES);
        Finding.unless(isSuper || packet.totalBytes() <= mtuBytes, "a packet longer than the MTU");
        Finding.unless(!isSuper || capabilities.tcpSegmentation(), "a super-segment that nobody takes");
        Finding.unless(
                !packet.hasPartialChecksum() || capabilities.partialChecksum(), "a checksum that nobody finishes");
        if (packetsToLose > 0) {
            packetsToLose--;
            return false;
        }
        onSent.accept(parsed);
        return true;
    }

    @Override
    public TunCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return isStrayElsewhere;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest request) {
        boolean isTaken = onOpen.test(request);
        if (isTaken) {
            announced.merge(request.key(), 1, Integer::sum);
        }
        return isTaken;
    }

    @Override
    public void onForgotten(FlowKey key) {
        audit.forget(key);
        Integer count = announced.get(key);
        Finding.unless(count != null, "forgotten, but never announced: " + key);
        if (count == 1) {
            announced.remove(key);
        } else {
            announced.put(key, count - 1);
        }
    }

    @Override
    public DropReason onDatagram(UdpDatagram datagram) {
        return onDatagram.apply(datagram);
    }

    @Override
    public boolean onFragment(InboundPacket packet, int hash) {
        return isFragmentElsewhere;
    }

    private static SimPacket copy(OutboundPacket packet) {
        byte[] bytes = new byte[packet.totalBytes()];
        packet.headerSlab().bytes().get(packet.headerOffset(), bytes, 0, packet.headerLength());
        GatherList payload = packet.payload();
        int at = packet.headerLength();
        for (int i = 0; i < payload.count(); i++) {
            payload.slab(i).bytes().get(payload.offset(i), bytes, at, payload.length(i));
            at += payload.length(i);
        }
        ChecksumState checksum = packet.hasPartialChecksum() ? ChecksumState.PARTIAL : ChecksumState.UNVERIFIED;
        return new SimPacket(bytes, checksum, packet.gsoType(), packet.gsoSizeBytes());
    }
}
