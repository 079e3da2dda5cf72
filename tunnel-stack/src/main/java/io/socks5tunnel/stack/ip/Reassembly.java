// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import io.socks5tunnel.stack.SipHash;
import io.socks5tunnel.stack.wire.Ipv6Header;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Puts fragments together (RFC 791 §3.2, RFC 8200 §4.5), each datagram in a slab of its own, and shows the whole
/// as one packet. Confined to one shard.
///
/// Memory is bounded by the number of slabs, all in all and per source, work by the number of datagrams remembered:
/// they are looked through from the newest on, where a fragment's datagram nearly always is. Whoever needs room
/// pushes out the oldest (RFC 8900 §3.6 tells of attacks that fill a reassembler; this keeps the newest alive).
public final class Reassembly {
    /// Datagrams that are being put together at the same time.
    static final int MAX_SLABS = 64;

    /// Of these, how many may come from one address.
    static final int MAX_SLABS_PER_SOURCE = 32;

    /// Datagrams known, those included that were given up.
    static final int MAX_DATAGRAMS = 128;

    /// As Linux; RFC 1122 §3.3.2 asks for more, from a time of slower links.
    static final long TIMEOUT_NANOS_IPV4 = 30_000_000_000L;

    /// RFC 8200 §4.5.
    static final long TIMEOUT_NANOS_IPV6 = 60_000_000_000L;

    private static final int PAYLOAD_LENGTH_AT = 4;
    private static final int FRAGMENT_OFFSET_AT = 2;

    private final SlabPool slabs;
    private final IcmpSender errors;
    private final DropCounts drops;
    private final RebuiltPackets rebuilt;
    private final SipHash hash;
    private @Nullable FragmentedDatagram newest;
    private @Nullable FragmentedDatagram oldest;
    private @Nullable FragmentedDatagram spare;
    private @Nullable FragmentedDatagram complete;
    private int datagramCount;
    private int slabCount;

    /// Nothing has arrived yet.
    ///
    /// @param errors tells clients of time-outs
    /// @param drops where fragments are counted that were taken first and dropped later
    /// @param secret 32 unpredictable bytes; stacks that share a device's fragments have the same
    public Reassembly(SlabPool slabs, IcmpSender errors, DropCounts drops, byte[] secret) {
        this.slabs = slabs;
        this.errors = errors;
        this.drops = drops;
        this.rebuilt = new RebuiltPackets(slabs);
        ByteBuffer key = ByteBuffer.wrap(secret);
        this.hash = SipHash.fast(key.getLong(16), key.getLong(24));
    }

    /// Looks at a fragment by itself. If its sender is to know why it is refused, the datagram says so afterwards.
    ///
    /// @return why it is dropped, or null
    public @Nullable DropReason check(Datagram piece) {
        int end = piece.fragmentOffset + piece.payloadLength();
        if (piece.payloadLength() == 0) {
            return DropReason.IP_FRAGMENT_MALFORMED;
        }
        if (piece.isMoreToCome && piece.payloadLength() % FragmentedDatagram.UNIT != 0) {
            if (!piece.isIpv4()) {
                piece.problem(IcmpProblem.HEADER_FIELD_WRONG, PAYLOAD_LENGTH_AT);
            }
            return DropReason.IP_FRAGMENT_MALFORMED;
        }
        int headerLength = piece.payloadOffset() - piece.packet().offset();
        if (piece.isIpv4()) {
            boolean isTooLong = headerLength + end > FragmentedDatagram.MAX_LENGTH;
            return isTooLong ? DropReason.IP_FRAGMENT_MALFORMED : null;
        }
        int extensionLength = headerLength - Ipv6Header.LENGTH - Ipv6Header.FRAGMENT_LENGTH;
        if (extensionLength + end > FragmentedDatagram.MAX_LENGTH) {
            int fragmentHeaderAt = headerLength - Ipv6Header.FRAGMENT_LENGTH;
            piece.problem(IcmpProblem.HEADER_FIELD_WRONG, fragmentHeaderAt + FRAGMENT_OFFSET_AT);
            return DropReason.IP_FRAGMENT_MALFORMED;
        }
        if (piece.fragmentOffset == 0 && !Ipv6Input.isChainComplete(piece)) {
            piece.problem(IcmpProblem.FIRST_FRAGMENT_INCOMPLETE, 0);
            return DropReason.IP_FRAGMENT_MALFORMED;
        }
        return null;
    }

    /// The same for all fragments of a datagram, in all stacks with the same secret.
    public int hash(Datagram piece) {
        return (int) hash.begin()
                .add(piece.sourceHigh())
                .add(piece.sourceLow())
                .add(piece.destinationHigh())
                .add(piece.destinationLow())
                .add((long) FragmentedDatagram.keyProtocol(piece) << 32 | Integer.toUnsignedLong(piece.fragmentId))
                .finish();
    }

    /// Takes a fragment that passed [#check]. If it was the last one missing, [#takeWhole] has the datagram.
    ///
    /// @return why it is dropped, or null
    public @Nullable DropReason add(Datagram piece, long nowNanos) {
        FragmentedDatagram datagram = find(piece);
        if (datagram == null) {
            datagram = begin(piece, nowNanos);
            if (datagram == null) {
                return DropReason.BUFFERS_EXHAUSTED;
            }
        } else if (datagram.isDead()) {
            return DropReason.IP_FRAGMENT_OVERLAP;
        }
        return switch (datagram.add(piece)) {
            case TAKEN -> {
                complete = datagram.isComplete() ? datagram : null;
                yield null;
            }
            case DUPLICATE -> DropReason.IP_FRAGMENT_DUPLICATE;
            case CONTRADICTION -> {
                drops.count(DropReason.IP_FRAGMENT_OVERLAP, datagram.packets());
                giveSlabBack(datagram);
                yield DropReason.IP_FRAGMENT_OVERLAP;
            }
        };
    }

    /// The datagram that [#add] has just completed, as one packet, valid until [#endBurst]; or null.
    public @Nullable InboundPacket takeWhole() {
        FragmentedDatagram datagram = complete;
        if (datagram == null) {
            return null;
        }
        complete = null;
        int at = datagram.rebuildHeaders();
        int end = datagram.end();
        Slab slab = datagram.takeSlab();
        slabCount--;
        remove(datagram);
        return slab == null ? null : rebuilt.show(slab, at, end - at);
    }

    /// Ends all views of whole datagrams.
    public void endBurst() {
        rebuilt.release();
    }

    /// Gives up what has waited too long, and tells its sender if the first fragment is there (RFC 1122 §3.3.2,
    /// RFC 8200 §4.5).
    public void poll(long nowNanos) {
        FragmentedDatagram next = oldest;
        while (next != null) {
            FragmentedDatagram datagram = next;
            next = datagram.newer();
            if (datagram.deadlineNanos() - nowNanos <= 0) {
                expire(datagram, nowNanos);
            }
        }
    }

    /// When [#poll] must be called at the latest, or [Reactor#NO_DEADLINE].
    public long nextDeadlineNanos() {
        long deadline = Reactor.NO_DEADLINE;
        for (FragmentedDatagram datagram = oldest; datagram != null; datagram = datagram.newer()) {
            deadline = Math.min(deadline, datagram.deadlineNanos());
        }
        return deadline;
    }

    /// Forgets everything.
    public void clear() {
        while (oldest != null) {
            pushOut(oldest);
        }
        rebuilt.release();
    }

    private @Nullable FragmentedDatagram find(Datagram piece) {
        for (FragmentedDatagram datagram = newest; datagram != null; datagram = datagram.older()) {
            if (datagram.isOf(piece)) {
                return datagram;
            }
        }
        return null;
    }

    private @Nullable FragmentedDatagram begin(Datagram piece, long nowNanos) {
        makeRoom(piece);
        Slab slab = slabs.tryTake();
        if (slab == null && slabCount > 0) {
            pushOut(oldestAlive(null));
            slab = slabs.tryTake();
        }
        if (slab == null) {
            return null;
        }
        FragmentedDatagram datagram = spare;
        if (datagram == null) {
            datagram = new FragmentedDatagram();
        } else {
            spare = datagram.older();
        }
        datagram.begin(piece, slab, nowNanos + (piece.isIpv4() ? TIMEOUT_NANOS_IPV4 : TIMEOUT_NANOS_IPV6));
        addNewest(datagram);
        slabCount++;
        return datagram;
    }

    private void makeRoom(Datagram piece) {
        if (datagramCount == MAX_DATAGRAMS && oldest != null) {
            pushOut(oldest);
        }
        if (slabCount == 0) {
            return;
        }
        if (slabsOfSource(piece) == MAX_SLABS_PER_SOURCE) {
            pushOut(oldestAlive(piece));
        } else if (slabCount == MAX_SLABS) {
            pushOut(oldestAlive(null));
        }
    }

    private int slabsOfSource(Datagram piece) {
        int count = 0;
        for (FragmentedDatagram datagram = oldest; datagram != null; datagram = datagram.newer()) {
            if (!datagram.isDead() && datagram.isFrom(piece)) {
                count++;
            }
        }
        return count;
    }

    /// The oldest one that has a slab, from the source of `piece` if there is one.
    private @Nullable FragmentedDatagram oldestAlive(@Nullable Datagram piece) {
        FragmentedDatagram datagram = oldest;
        while (datagram != null && (datagram.isDead() || piece != null && !datagram.isFrom(piece))) {
            datagram = datagram.newer();
        }
        return datagram;
    }

    private void expire(FragmentedDatagram datagram, long nowNanos) {
        if (!datagram.isDead()) {
            drops.count(DropReason.IP_REASSEMBLY_TIMEOUT, datagram.packets());
            if (datagram.hasFirst()) {
                errors.tell(
                        IcmpProblem.REASSEMBLY_TIME_EXCEEDED,
                        0,
                        datagram.slabBytes(),
                        datagram.firstAt(),
                        datagram.firstPacketLength(),
                        nowNanos);
            }
            giveSlabBack(datagram);
        }
        remove(datagram);
    }

    private void pushOut(@Nullable FragmentedDatagram datagram) {
        if (datagram == null) {
            return;
        }
        if (!datagram.isDead()) {
            drops.count(DropReason.IP_REASSEMBLY_FULL, datagram.packets());
            giveSlabBack(datagram);
        }
        remove(datagram);
    }

    private void giveSlabBack(FragmentedDatagram datagram) {
        Slab slab = datagram.takeSlab();
        if (slab != null) {
            slabs.give(slab);
            slabCount--;
        }
    }

    private void addNewest(FragmentedDatagram datagram) {
        datagram.newer(null);
        datagram.older(newest);
        if (newest == null) {
            oldest = datagram;
        } else {
            newest.newer(datagram);
        }
        newest = datagram;
        datagramCount++;
    }

    private void remove(FragmentedDatagram datagram) {
        FragmentedDatagram before = datagram.older();
        FragmentedDatagram after = datagram.newer();
        if (before == null) {
            oldest = after;
        } else {
            before.newer(after);
        }
        if (after == null) {
            newest = before;
        } else {
            after.older(before);
        }
        datagramCount--;
        datagram.newer(null);
        datagram.older(spare);
        spare = datagram;
    }
}
