// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.threads.dns.DnsRedirect;
import io.socks5tunnel.threads.dns.MapDns;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the shards of one tunnel share. It is touched when flows open and close and when packets travel between
/// shards, never per packet of a flow at home. May be used from any thread once all shards are registered.
final class SharedState {
    private static final int SECRET_BYTES = 32;

    /// An eighth of all descriptors is left to everything that is no UDP flow.
    private static final int DESCRIPTORS_LEFT_DIVISOR = 8;

    /// What datagrams that wait may take, as a part of what slabs may take.
    private static final int COPY_BUDGET_DIVISOR = 8;

    private final TunnelConfig config;
    private final byte[] secret = new byte[SECRET_BYTES];
    private final int seed;
    private final SlabDepot depot;
    private final ParcelDepot parcels;
    private final FlowDirectory directory;
    private final SessionPermits permits;
    private final OpenLimits limits;
    private final SessionPermits datagramPermits;
    private final UdpModes udpModes;
    private final CopyBudget copyBudget;
    private final OwnConnections ownConnections;
    private final MapDns names;
    private final DnsRedirect dnsRedirect;
    private final QuietTimes quietTimes = new QuietTimes();
    private final ScalingBell scalingBell = new ScalingBell();
    private final @Nullable ShardMailbox[] mailboxes;

    /// The state of a tunnel before its shards are opened.
    ///
    /// @param entropy asked for secrets, only here
    SharedState(TunnelConfig config, int shards, long slabBudgetBytes, Reactor entropy) {
        this.config = config;
        entropy.fillWithEntropy(secret);
        byte[] seedBytes = new byte[Integer.BYTES];
        entropy.fillWithEntropy(seedBytes);
        seed = ByteBuffer.wrap(seedBytes).getInt();
        depot = new SlabDepot(slabBudgetBytes);
        parcels = new ParcelDepot(depot, shards);
        directory = new FlowDirectory(seed);
        permits = new SessionPermits(config.limits().maxSessionCount(), shards);
        datagramPermits = new SessionPermits(maxDatagramSessions(config, entropy.maxDescriptors()), shards);
        udpModes = new UdpModes(config.socks5());
        copyBudget = new CopyBudget(slabBudgetBytes / COPY_BUDGET_DIVISOR);
        limits = new OpenLimits(config.limits());
        ownConnections = new OwnConnections(new LoopAdvice(config.socks5(), config.mapDns()));
        names = new MapDns(config);
        dnsRedirect = new DnsRedirect(config.dns());
        mailboxes = new @Nullable ShardMailbox[shards];
    }

    /// An association takes two descriptors, a stream of datagrams one.
    private static int maxDatagramSessions(TunnelConfig config, long maxDescriptors) {
        long descriptors = Math.min(config.process().limitNoFile(), maxDescriptors);
        boolean isStream = config.socks5().udp().filter(Udp.TCP::equals).isPresent();
        long usable = descriptors - descriptors / DESCRIPTORS_LEFT_DIVISOR;
        return (int) Math.max(1, isStream ? usable : usable / 2);
    }

    /// Makes a shard's mailbox known, before any shard runs.
    void register(int shard, ShardMailbox mailbox) {
        mailboxes[shard] = mailbox;
        permits.register(shard, mailbox);
        datagramPermits.register(shard, mailbox);
    }

    /// Sends a parcel.
    ///
    /// @return false if it was not taken; it stays with the caller then
    boolean send(int shard, PacketBurst parcel) {
        ShardMailbox mailbox = mailboxes[shard];
        return mailbox != null && mailbox.offer(parcel);
    }

    int shards() {
        return mailboxes.length;
    }

    TunnelConfig config() {
        return config;
    }

    /// The secret of all stacks: one, since a client's next connection may come to another shard and must find a
    /// higher initial sequence number there.
    byte[] secret() {
        return secret.clone();
    }

    /// Unpredictable, for hashes.
    int seed() {
        return seed;
    }

    SlabDepot depot() {
        return depot;
    }

    ParcelDepot parcels() {
        return parcels;
    }

    FlowDirectory directory() {
        return directory;
    }

    SessionPermits permits() {
        return permits;
    }

    /// For UDP sessions alone, by the descriptors that they take.
    SessionPermits datagramPermits() {
        return datagramPermits;
    }

    UdpModes udpModes() {
        return udpModes;
    }

    /// For datagrams that wait.
    CopyBudget copyBudget() {
        return copyBudget;
    }

    OpenLimits limits() {
        return limits;
    }

    /// The names that clients were given addresses for.
    MapDns names() {
        return names;
    }

    /// Where DNS queries go instead.
    DnsRedirect dnsRedirect() {
        return dnsRedirect;
    }

    /// Where shards say that they have come to rest.
    QuietTimes quietTimes() {
        return quietTimes;
    }

    /// Where shards say that there is much to do, or that somebody may look whether there is little.
    ScalingBell scalingBell() {
        return scalingBell;
    }

    OwnConnections ownConnections() {
        return ownConnections;
    }
}
