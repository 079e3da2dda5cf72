// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A datagram of which some fragments have arrived, or one that was given up and is remembered so that what still
/// comes of it is dropped (RFC 5722 §4). Reused; confined to one shard.
///
/// The payload is put where it belongs in a slab; the headers of the first fragment lie in front of it, as they
/// came:
///
/// ```
/// 0                        PAYLOAD_AT
/// +-----------+------------+---------------+- - - -+------------------+
/// |           | headers of | fragment at 0 | hole  | fragment at 2960 |
/// +-----------+------------+---------------+- - - -+------------------+
/// ```
final class FragmentedDatagram {
    /// Where the payload begins in the slab: the headers of any fragment that [IpInput] lets pass fit in front.
    static final int PAYLOAD_AT = Ipv6Header.LENGTH + Ipv6Input.MAX_EXTENSION_BYTES;

    /// Headers and payload of an IPv4 packet, payload of an IPv6 packet, bytes.
    static final int MAX_LENGTH = 65_535;

    /// Fragments begin at a multiple of this, and all but the last one end at one.
    static final int UNIT = 8;

    private static final int UNITS = (MAX_LENGTH + UNIT) / UNIT;
    private static final int UNKNOWN = -1;

    private boolean ipv4;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int id;
    private int protocol;
    private long deadlineNanos;

    private @Nullable Slab slab;
    private final BitSet covered = new BitSet(UNITS);
    private final BitSet starts = new BitSet(UNITS);
    private int packets;
    private int receivedBytes;
    private int highestEnd;
    private int totalBytes = UNKNOWN;
    private int headerLength;
    private int firstLength;
    private int fragmentNamedAt;

    private @Nullable FragmentedDatagram older;
    private @Nullable FragmentedDatagram newer;

    /// What became of a fragment.
    enum Outcome {
        /// It fills a hole.
        TAKEN,
        /// It has come before, the same in every byte.
        DUPLICATE,
        /// It overlaps another one, or they do not agree about where the datagram ends.
        CONTRADICTION
    }

    /// Starts over with the datagram that `piece` belongs to.
    void begin(Datagram piece, Slab newSlab, long newDeadlineNanos) {
        ipv4 = piece.isIpv4();
        sourceHigh = piece.sourceHigh();
        sourceLow = piece.sourceLow();
        destinationHigh = piece.destinationHigh();
        destinationLow = piece.destinationLow();
        id = piece.fragmentId;
        protocol = keyProtocol(piece);
        deadlineNanos = newDeadlineNanos;
        slab = newSlab;
        covered.clear();
        starts.clear();
        packets = 0;
        receivedBytes = 0;
        highestEnd = 0;
        totalBytes = UNKNOWN;
        headerLength = 0;
        firstLength = 0;
    }

    /// What the protocol adds to the key: in IPv6 nothing, since fragments need not agree about it (RFC 8200 §4.5).
    static int keyProtocol(Datagram piece) {
        return piece.isIpv4() ? piece.protocol() : 0;
    }

    /// Whether `piece` is a part of this.
    boolean isOf(Datagram piece) {
        return id == piece.fragmentId
                && sourceLow == piece.sourceLow()
                && destinationLow == piece.destinationLow()
                && sourceHigh == piece.sourceHigh()
                && destinationHigh == piece.destinationHigh()
                && protocol == keyProtocol(piece);
    }

    boolean isFrom(Datagram piece) {
        return sourceLow == piece.sourceLow() && sourceHigh == piece.sourceHigh();
    }

    /// Whether it was given up.
    boolean isDead() {
        return slab == null;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /// Fragments taken.
    int packets() {
        return packets;
    }

    /// Puts a fragment of this datagram in its place; it is longer than 0 and ends within the longest packet.
    Outcome add(Datagram piece) {
        int start = piece.fragmentOffset;
        int end = start + piece.payloadLength();
        boolean isLast = !piece.isMoreToCome;
        if (totalBytes == UNKNOWN ? isLast && highestEnd > end : end > totalBytes || isLast != (end == totalBytes)) {
            return Outcome.CONTRADICTION;
        }
        if (overheadBytes(start == 0 ? headerLengthOf(piece) : headerLength) + Math.max(highestEnd, end) > MAX_LENGTH) {
            return Outcome.CONTRADICTION;
        }
        int startUnit = start / UNIT;
        int endUnit = Math.ceilDiv(end, UNIT);
        int firstCovered = covered.nextSetBit(startUnit);
        if (firstCovered >= 0 && firstCovered < endUnit) {
            boolean isSame = isLast == (end == totalBytes) && isSame(piece, startUnit, endUnit);
            return isSame ? Outcome.DUPLICATE : Outcome.CONTRADICTION;
        }
        covered.set(startUnit, endUnit);
        starts.set(startUnit);
        packets++;
        receivedBytes += end - start;
        highestEnd = Math.max(highestEnd, end);
        if (isLast) {
            totalBytes = end;
        }
        slabBytes().put(PAYLOAD_AT + start, piece.bytes(), piece.payloadOffset(), end - start);
        if (start == 0) {
            keepHeaders(piece);
        }
        return Outcome.TAKEN;
    }

    /// Whether no fragment is missing.
    boolean isComplete() {
        return receivedBytes == totalBytes;
    }

    /// Turns the headers of the first fragment into those of the whole.
    ///
    /// @return where the packet begins in the slab
    int rebuildHeaders() {
        ByteBuffer bytes = slabBytes();
        int at = PAYLOAD_AT - headerLength;
        if (ipv4) {
            Ipv4Header.totalLength(bytes, at, headerLength + totalBytes);
            Ipv4Header.fragment(bytes, at, id, 0);
            Ipv4Header.writeChecksum(bytes, at);
            return at;
        }
        byte nextHeader = bytes.get(PAYLOAD_AT - Ipv6Header.FRAGMENT_LENGTH);
        int keptLength = headerLength - Ipv6Header.FRAGMENT_LENGTH;
        int newAt = PAYLOAD_AT - keptLength;
        // Forwards and overlapping, so from the end on.
        for (int i = keptLength - 1; i >= 0; i--) {
            bytes.put(newAt + i, bytes.get(at + i));
        }
        bytes.put(newAt + fragmentNamedAt, nextHeader);
        Ipv6Header.payloadLength(bytes, newAt, keptLength - Ipv6Header.LENGTH + totalBytes);
        return newAt;
    }

    /// The end of the whole packet in the slab.
    int end() {
        return PAYLOAD_AT + totalBytes;
    }

    boolean hasFirst() {
        return headerLength > 0;
    }

    /// Where the first fragment begins in the slab, as it came; only if [#hasFirst].
    int firstAt() {
        return PAYLOAD_AT - headerLength;
    }

    /// The first fragment's bytes, headers included.
    int firstPacketLength() {
        return headerLength + firstLength;
    }

    /// The bytes of the slab; not when dead.
    ByteBuffer slabBytes() {
        Slab present = slab;
        if (present == null) {
            throw new IllegalStateException("given up");
        }
        return present.bytes();
    }

    /// Hands the slab over and is dead.
    @Nullable
    Slab takeSlab() {
        Slab taken = slab;
        slab = null;
        return taken;
    }

    @Nullable
    FragmentedDatagram older() {
        return older;
    }

    void older(@Nullable FragmentedDatagram datagram) {
        older = datagram;
    }

    @Nullable
    FragmentedDatagram newer() {
        return newer;
    }

    void newer(@Nullable FragmentedDatagram datagram) {
        newer = datagram;
    }

    private void keepHeaders(Datagram piece) {
        headerLength = headerLengthOf(piece);
        firstLength = piece.payloadLength();
        fragmentNamedAt = piece.fragmentNamedAt;
        slabBytes().put(PAYLOAD_AT - headerLength, piece.bytes(), piece.packet().offset(), headerLength);
    }

    /// What the headers of the first fragment, which may be longer than those of others, take of the longest
    /// packet.
    private int overheadBytes(int headers) {
        return ipv4 ? headers : Math.max(0, headers - Ipv6Header.LENGTH - Ipv6Header.FRAGMENT_LENGTH);
    }

    private static int headerLengthOf(Datagram piece) {
        return piece.payloadOffset() - piece.packet().offset();
    }

    private boolean isSame(Datagram piece, int startUnit, int endUnit) {
        if (!starts.get(startUnit)) {
            return false;
        }
        int nextStart = starts.nextSetBit(startUnit + 1);
        int runEnd = covered.nextClearBit(startUnit);
        int ownEnd = nextStart < 0 ? runEnd : Math.min(runEnd, nextStart);
        return ownEnd == endUnit && isEqual(piece, PAYLOAD_AT + startUnit * UNIT);
    }

    private boolean isEqual(Datagram piece, int at) {
        ByteBuffer kept = slabBytes();
        ByteBuffer bytes = piece.bytes();
        int from = piece.payloadOffset();
        int length = piece.payloadLength();
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (kept.getLong(at + i) != bytes.getLong(from + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (kept.get(at + i) != bytes.get(from + i)) {
                return false;
            }
        }
        return true;
    }
}
