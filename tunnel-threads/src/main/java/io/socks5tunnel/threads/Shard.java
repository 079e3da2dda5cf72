// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.stack.inspect.ShardView;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.dns.DnsResponder;
import io.socks5tunnel.threads.dns.DnsStreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event loop with everything it owns: TUN queues, a packet stack, the sessions of its flows, a reactor to wait
/// in.
///
/// [#runOnce] is the story of a packet. Everything but the mailbox and the counters is confined to the thread that
/// calls it.
final class Shard implements FlowListener {
    /// Parcels from other shards handled in one cycle.
    static final int PARCELS_PER_CYCLE = 8;

    /// How long to wait before trying again what only another shard can make possible: free slabs, an eviction.
    static final long RETRY_NANOS = 5_000_000;

    private final int index;
    private final SharedState shared;
    private final Reactor reactor;
    private final ShardMailbox mailbox;
    private final ShardCounters counters = new ShardCounters();
    private final ShardSlabPool slabs;
    private final Slab scratch;
    private final List<QueueReader> readers = new ArrayList<>();
    private final boolean isDistributing;
    private final QueueSink sink;
    private final PacketStack stack;
    private final TcpSessions sessions;
    private final DnsResponder dnsResponder;
    private final DnsStreams dnsStreams;
    private final DnsForwarder dnsForwarder;
    private final UdpSessions datagrams;
    private final Slab datagramHeaders;
    private final Slab waitingDatagrams;
    private final ParcelSender parcels;
    private final DatagramPace pace;
    private final ShardLoad load;
    private final QuietWatch quiet = new QuietWatch();
    private final @Nullable PacketBurst[] parcelsInHand = new @Nullable PacketBurst[PARCELS_PER_CYCLE];
    private int parcelCount;
    private boolean isStopping;
    private boolean isClosed;

    /// A shard that writes to `outlet` and as yet reads nothing.
    ///
    /// @param reactor belongs to the shard from here on
    /// @param isDistributing whether packets read here are spread over all shards by their hash, instead of being
    ///     this shard's because they came to its queue
    Shard(int index, SharedState shared, Reactor reactor, TunQueue outlet, StackConfig config, boolean isDistributing)
            throws IOException {
        this.index = index;
        this.shared = shared;
        this.reactor = reactor;
        this.isDistributing = isDistributing;
        pace = new DatagramPace(reactor.nowNanos());
        load = new ShardLoad(shared.scalingBell(), counters, reactor::nowNanos);
        mailbox = new ShardMailbox(reactor::wakeup);
        slabs = new ShardSlabPool(shared.depot());
        scratch = takeScratch(slabs);
        sink = new QueueSink(outlet, counters);
        stack = new PacketStack(config, sink, slabs, this, shared.secret());
        Dialer dialer = new Dialer(shared.config().socks5(), reactor, shared.ownConnections(), scratch);
        sessions = new TcpSessions(index, shared, dialer, counters);
        dnsResponder = new DnsResponder(shared.names());
        dnsStreams = new DnsStreams(dnsResponder);
        ClientDatagrams clients = ClientDatagrams.of(stack);
        dnsForwarder = new DnsForwarder(
                dialer,
                shared.dnsRedirect(),
                clients,
                counters,
                scratch,
                shared.config().limits().connectTimeoutMillis());
        parcels = new ParcelSender(shared, counters);
        datagramHeaders = takeScratch(slabs);
        waitingDatagrams = takeScratch(slabs);
        datagrams = datagrams(dialer, clients);
        shared.register(index, mailbox);
    }

    /// Reads this queue from now on. Before the first [#runOnce].
    void read(TunQueue queue) throws IOException {
        QueueReader reader = new QueueReader(queue, slabs);
        readers.add(reader);
        reader.watch(reactor);
    }

    /// Binds the calling thread to these CPUs. Before the first [#runOnce], on the thread that will call that.
    ///
    /// @throws IOException if the system did not do it
    void runOn(CpuList cpus) throws IOException {
        reactor.runOn(cpus);
    }

    /// Waits, and then does everything that there is to do.
    ///
    /// @param waitUntilNanos a time that has passed means not to wait
    /// @return until when to wait the next time
    /// @throws DeviceFailedException if the device is gone
    /// @throws IOException if the shard cannot go on
    long runOnce(long waitUntilNanos) throws IOException {
        reactor.await(waitUntilNanos);
        mailbox.endWait();
        long nowNanos = reactor.nowNanos();
        load.beginCycle(nowNanos);
        sessions.tick(nowNanos);
        datagrams.tick(nowNanos);
        handleCommands();
        receiveParcels(nowNanos);
        receiveBursts(nowNanos);
        parcels.flush();
        if (slabs.available() > 0) {
            sessions.feedHungry();
            datagrams.feedHungry();
        }
        datagrams.run(nowNanos);
        sessions.run(nowNanos);
        dnsStreams.run(nowNanos);
        dnsForwarder.run(nowNanos);
        stack.poll(nowNanos);
        sink.checkDevice();
        endViews();
        counters.publishDrops(stack);
        counters.publishDns(dnsResponder);
        keepPace(nowNanos);
        giveMemoryBack(nowNanos);
        if (isStopping || hasWork() || !mailbox.beginWait()) {
            return nowNanos;
        }
        load.beginWait();
        return nextDeadlineNanos(nowNanos);
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        if (shared.shards() == 1) {
            return false;
        }
        int owner = shared.directory().owner(key);
        if (owner == FlowDirectory.NOBODY || owner == index) {
            return false;
        }
        parcels.add(packet, owner);
        return true;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest request) {
        FlowKey key = request.key();
        if (!shared.names().isServedAt(key.destinationHigh(), key.destinationLow(), key.destinationPort())) {
            return sessions.open(request);
        }
        if (!shared.directory().claim(key, index)) {
            return false;
        }
        dnsStreams.open(request, reactor.nowNanos());
        return true;
    }

    @Override
    public @Nullable DropReason onDatagram(UdpDatagram datagram) {
        return datagrams.onDatagram(datagram);
    }

    @Override
    public boolean onFragment(InboundPacket packet, int hash) {
        int meetingPlace = Integer.remainderUnsigned(hash, shared.shards());
        if (meetingPlace == index) {
            return false;
        }
        parcels.add(packet, meetingPlace);
        return true;
    }

    @Override
    public void onForgotten(FlowKey key) {
        shared.directory().release(key, index);
    }

    /// Whether the shard was told to stop: [#close] it then.
    boolean isStopping() {
        return isStopping;
    }

    /// Resets all flows and lets go of everything. Harmless when repeated.
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        mailbox.close();
        try {
            stack.abortAll(reactor.nowNanos());
            counters.publishDrops(stack);
            endViews();
        } finally {
            sessions.endAll();
            dnsStreams.endAll();
            dnsForwarder.endAll();
            datagrams.endAll();
            reactor.close();
            slabs.give(scratch);
            slabs.give(datagramHeaders);
            slabs.give(waitingDatagrams);
            slabs.close();
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    /// What it holds, between two cycles.
    ShardView inspect() {
        return new ShardView(
                stack.inspect(),
                sessions.openingCount(),
                sessions.unconfirmedCount(),
                sessions.establishedCount(),
                sessions.warmCount(),
                datagrams.size(),
                datagrams.warmCount());
    }

    /// Slabs that lie idle here.
    int cachedSlabs() {
        return slabs.cached();
    }

    int index() {
        return index;
    }

    ShardMailbox mailbox() {
        return mailbox;
    }

    ShardCounters counters() {
        return counters;
    }

    /// The clock of this shard.
    long nowNanos() {
        return reactor.nowNanos();
    }

    private void handleCommands() {
        ShardCommand command = mailbox.pollCommand();
        while (command != null) {
            switch (command) {
                case ShardCommand.Stop _ -> isStopping = true;
                case ShardCommand.Evict _ -> {
                    sessions.evictions().settle();
                    datagrams.settleDatagramPermits();
                }
            }
            command = mailbox.pollCommand();
        }
    }

    private void receiveParcels(long nowNanos) {
        while (parcelCount < PARCELS_PER_CYCLE) {
            PacketBurst parcel = mailbox.pollParcel();
            if (parcel == null) {
                return;
            }
            parcelsInHand[parcelCount++] = parcel;
            parcel.keepSlabs(slabs.isShort());
            for (int i = 0; i < parcel.count(); i++) {
                stack.receive(parcel.packet(i), nowNanos);
            }
        }
    }

    private void receiveBursts(long nowNanos) throws DeviceFailedException {
        for (int i = 0; i < readers.size(); i++) {
            QueueReader reader = readers.get(i);
            if (reader.isReadable()) {
                PacketBurst burst = reader.read();
                counters.add(Count.TX_PACKETS, burst.count());
                counters.add(Count.TX_BYTES, burst.totalBytes());
                for (int p = 0; p < burst.count(); p++) {
                    receive(burst.packet(p), nowNanos);
                }
            }
        }
    }

    private void receive(InboundPacket packet, long nowNanos) {
        int owner =
                isDistributing ? Integer.remainderUnsigned(FlowHash.of(packet, shared.seed()), shared.shards()) : index;
        if (owner == index) {
            stack.receive(packet, nowNanos);
        } else {
            parcels.add(packet, owner);
        }
    }

    private void endViews() {
        for (int i = 0; i < readers.size(); i++) {
            readers.get(i).clear();
        }
        for (int i = 0; i < parcelCount; i++) {
            PacketBurst parcel = parcelsInHand[i];
            if (parcel != null) {
                shared.parcels().give(parcel);
                parcelsInHand[i] = null;
            }
        }
        parcelCount = 0;
    }

    private void keepPace(long nowNanos) {
        long datagrams = counters.value(Count.UDP_DATAGRAMS_UP) + counters.value(Count.UDP_DATAGRAMS_DOWN);
        if (pace.hasChanged(datagrams, nowNanos)) {
            reactor.preferBatches(pace.isDense());
        }
    }

    /// What a busy time needed, once that is over and somebody has it collected.
    private void giveMemoryBack(long nowNanos) {
        if (!shared.quietTimes().isWanted()) {
            quiet.rest();
            return;
        }
        int flows =
                sessions.openingCount() + sessions.unconfirmedCount() + sessions.establishedCount() + datagrams.size();
        SlabDepot depot = shared.depot();
        int idleSlabs = depot.idle() + slabs.cached();
        if (quiet.isDue(flows, idleSlabs, depot.takes() + slabs.takes(), nowNanos)) {
            stack.discardSpares();
            sessions.discardSpares();
            datagrams.discardSpares();
            dnsStreams.discardSpares();
            reactor.discardSpares();
            slabs.release();
            depot.discardIdle();
            shared.quietTimes().announce();
        }
    }

    private boolean hasWork() {
        for (int i = 0; i < readers.size(); i++) {
            if (readers.get(i).hasMore()) {
                return true;
            }
        }
        return sessions.hasWork() || datagrams.hasWork();
    }

    private long nextDeadlineNanos(long nowNanos) {
        long deadline = Math.min(stack.nextDeadlineNanos(), sessions.nextDeadlineNanos());
        deadline = Math.min(deadline, dnsStreams.nextDeadlineNanos());
        deadline = Math.min(deadline, dnsForwarder.nextDeadlineNanos());
        deadline = Math.min(deadline, datagrams.nextDeadlineNanos());
        deadline = Math.min(deadline, quiet.nextDeadlineNanos());
        for (int i = 0; i < readers.size(); i++) {
            if (readers.get(i).isReadable()) {
                deadline = Math.min(deadline, nowNanos + RETRY_NANOS);
            }
        }
        return deadline;
    }

    private UdpSessions datagrams(Dialer dialer, ClientDatagrams clients) {
        LimitSettings limits = shared.config().limits();
        DatagramScratch room = new DatagramScratch(
                slabs, new CopyPool(shared.copyBudget()), waitingDatagrams, scratch, limits.udpBatchDatagrams());
        return new UdpSessions(
                index,
                shared,
                counters,
                clients,
                DnsRouting.of(shared, dnsResponder, dnsForwarder, clients, counters, scratch),
                parcels,
                new UdpDialer(dialer, shared.udpModes(), limits.udpReceiveBufferBytes(), counters),
                room,
                new UdpBurst(datagramHeaders, room),
                sessions.evictions());
    }

    private static Slab takeScratch(ShardSlabPool slabs) throws IOException {
        Slab slab = slabs.tryTake();
        if (slab == null) {
            throw new IOException("the memory for packets is too small for so many workers");
        }
        return slab;
    }
}
