// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DnsStatistics;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.api.UdpStatistics;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.dns.NameKeeper;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The shards of one tunnel on its device, with or without threads to run them.
///
/// Each shard has a queue of its own where the device has enough. Where it has fewer, those that have one spread
/// its packets over all by flow hash, and all write to it in turn.
final class ShardGroup {
    private static final Logger LOGGER = System.getLogger(ShardGroup.class.getName());

    private final TunDevice device;
    private final String reactorName;
    private final List<Shard> shards = new ArrayList<>();
    private final List<GuardedQueue> guarded = new ArrayList<>();
    private final boolean isDistributing;
    private final SharedState shared;
    private final Optional<NameKeeper> nameKeeper;
    private @Nullable ShardScaler scaler;

    private ShardGroup(TunDevice device, String reactorName, int shardCount, SharedState shared) {
        this.device = device;
        this.reactorName = reactorName;
        this.shared = shared;
        isDistributing = device.queueCount() < shardCount;
        MapDnsSettings mapDns = shared.config().mapDns();
        nameKeeper =
                mapDns.file().filter(_ -> !mapDns.isOff()).map(file -> new NameKeeper(shared.names(), Path.of(file)));
    }

    /// Opens all shards.
    ///
    /// @param device is closed if this fails
    static ShardGroup open(
            TunnelConfig config, TunDevice device, ReactorProvider reactors, int shardCount, long slabBudgetBytes)
            throws IOException {
        List<Reactor> opened = new ArrayList<>();
        try (CloseUnlessDone undo = new CloseUnlessDone(opened, device)) {
            for (int i = 0; i < shardCount; i++) {
                opened.add(reactors.open());
            }
            SharedState shared = new SharedState(config, shardCount, slabBudgetBytes, opened.getFirst());
            ShardGroup group = new ShardGroup(device, reactors.name(), shardCount, shared);
            long nowNanos = opened.getFirst().nowNanos();
            group.nameKeeper.ifPresent(keeper -> keeper.load(nowNanos));
            group.openShards(opened);
            undo.done();
            return group;
        }
    }

    List<Shard> shards() {
        return shards;
    }

    TunDevice device() {
        return device;
    }

    SharedState shared() {
        return shared;
    }

    String description() {
        return device.description() + "; " + shards.size() + " shards with the reactor " + reactorName
                + (isDistributing ? ", packets spread by flow hash" : ", a queue each");
    }

    TunnelStatistics statistics() {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            long sum = shards.stream()
                    .mapToLong(shard -> shard.counters().drops(reason))
                    .sum();
            if (sum > 0) {
                drops.put(reason, sum);
            }
        }
        return new TunnelStatistics(
                sum(Count.TX_PACKETS),
                sum(Count.TX_BYTES),
                sum(Count.RX_PACKETS),
                sum(Count.RX_BYTES),
                sum(Count.TCP_OPEN),
                sum(Count.TCP_OPENED),
                sum(Count.TCP_REFUSED),
                sum(Count.STRAYS),
                sum(Count.BYTES_UP),
                sum(Count.BYTES_DOWN),
                shards.stream()
                        .map(shard -> shard.counters().value(Count.TCP_OPENED))
                        .toList(),
                udpStatistics(),
                dnsStatistics(),
                drops);
    }

    /// Lets threads do what must not hold up a shard: write mapped names to their file now and then, which
    /// otherwise happens at the end only, and take shards out of service and put them back, which otherwise all
    /// stay. Before any shard runs.
    void startKeepers() {
        nameKeeper.ifPresent(NameKeeper::start);
        int minShards = shared.config().threads().minWorkers();
        String obstacle = ShardScaler.obstacle(minShards, shards.size(), device);
        if (!obstacle.isEmpty()) {
            LOGGER.log(Level.WARNING, obstacle);
        } else if (ShardScaler.isAskedFor(minShards, shards.size())) {
            List<ShardCounters> counters = shards.stream().map(Shard::counters).toList();
            long nowNanos = System.nanoTime();
            scaler = new ShardScaler(device, counters, shared.scalingBell(), minShards, nowNanos);
            scaler.start(nowNanos);
        }
    }

    private UdpStatistics udpStatistics() {
        return new UdpStatistics(
                sum(Count.UDP_OPEN),
                sum(Count.UDP_OPENED),
                sum(Count.UDP_REFUSED),
                sum(Count.UDP_DATAGRAMS_UP),
                sum(Count.UDP_DATAGRAMS_DOWN),
                sum(Count.UDP_BYTES_UP),
                sum(Count.UDP_BYTES_DOWN));
    }

    private DnsStatistics dnsStatistics() {
        return new DnsStatistics(
                sum(Count.DNS_ANSWERED),
                sum(Count.DNS_MALFORMED),
                sum(Count.DNS_FORWARDED),
                shared.names().namesMapped(),
                shared.names().namesForgotten());
    }

    /// Closes the device after all shards have ended, and logs what no counter of the API shows.
    void closeDevice() throws IOException {
        if (scaler != null) {
            scaler.close();
        }
        nameKeeper.ifPresent(NameKeeper::close);
        if (LOGGER.isLoggable(Level.INFO)) {
            long waits = guarded.stream().mapToLong(GuardedQueue::waits).sum();
            LOGGER.log(
                    Level.INFO,
                    "the device did not take " + sum(Count.RX_LOST) + " packets; shards waited " + waits
                            + " times for each other to use its queue; " + sum(Count.DNS_ANSWERED)
                            + " DNS queries were answered, " + sum(Count.DNS_MALFORMED) + " were malformed, "
                            + sum(Count.DNS_FORWARDED) + " were forwarded over TCP");
        }
        device.close();
    }

    private long sum(Count count) {
        return shards.stream().mapToLong(shard -> shard.counters().value(count)).sum();
    }

    private void openShards(List<Reactor> reactors) throws IOException {
        int count = reactors.size();
        List<TunQueue> queues = queues();
        StackConfig stack = stackConfig(shared.config());
        for (int i = 0; i < count; i++) {
            TunQueue outlet = queues.get(i % queues.size());
            Shard shard = new Shard(i, shared, reactors.get(i), outlet, stack, isDistributing);
            shards.add(shard);
            for (int q = i; q < queues.size(); q += count) {
                shard.read(queues.get(q));
            }
        }
    }

    private List<TunQueue> queues() {
        List<TunQueue> queues = new ArrayList<>();
        for (int i = 0; i < device.queueCount(); i++) {
            TunQueue queue = device.queue(i);
            if (isDistributing) {
                GuardedQueue shared = new GuardedQueue(queue);
                guarded.add(shared);
                queues.add(shared);
            } else {
                queues.add(queue);
            }
        }
        return queues;
    }

    private StackConfig stackConfig(TunnelConfig config) {
        StackConfig defaults = StackConfig.forMtu(device.mtuBytes());
        int sendBufferBytes = config.limits().tcpBufferBytes();
        // Who asks for less than the default wants to save memory, and gets exactly that.
        boolean isLimit = sendBufferBytes < LimitSettings.DEFAULT.tcpBufferBytes();
        return new StackConfig(
                defaults.mtuBytes(),
                defaults.initialReceiveWindowBytes(),
                defaults.maxReceiveWindowBytes(),
                sendBufferBytes,
                isLimit ? sendBufferBytes : Math.max(sendBufferBytes, defaults.maxSendBufferBytes()),
                defaults.minRtoNanos(),
                defaults.maxRtoNanos(),
                defaults.timeWaitNanos(),
                config.tunnel().icmp() == TunSettings.Icmp.REPLY);
    }

    /// Undoes a start that fails half-way.
    private static final class CloseUnlessDone implements AutoCloseable {
        private final List<Reactor> reactors;
        private final TunDevice device;
        private boolean isDone;

        CloseUnlessDone(List<Reactor> reactors, TunDevice device) {
            this.reactors = reactors;
            this.device = device;
        }

        void done() {
            isDone = true;
        }

        @Override
        public void close() throws IOException {
            if (!isDone) {
                for (Reactor reactor : reactors) {
                    reactor.close();
                }
                device.close();
            }
        }
    }
}
