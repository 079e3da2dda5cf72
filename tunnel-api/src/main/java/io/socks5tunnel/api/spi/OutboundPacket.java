// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// One IP packet on its way to a TUN queue: a header range with headroom in front, and payload ranges.
///
/// A reused view, valid during [TunQueue#write]; the queue keeps nothing of it. With offload the header carries the
/// IP total length of the whole super-segment, and a partial checksum is the folded, not inverted pseudo-header sum
/// in the checksum field. Confined to one shard.
public final class OutboundPacket {
    /// Bytes before [#headerOffset()] that the queue may overwrite, for a virtio-net header.
    public static final int HEADROOM_BYTES = 32;

    private final Slab headerSlab;
    private final GatherList payload = new GatherList();
    private int headerLength;
    private GsoType gsoType = GsoType.NONE;
    private int gsoSizeBytes;
    private int checksumStart;
    private int checksumOffset;

    /// A packet whose headers are written into `headerSlab`, which stays with the caller.
    public OutboundPacket(Slab headerSlab) {
        this.headerSlab = headerSlab;
    }

    /// Starts a new ordinary packet without payload and with complete checksums.
    public void reset() {
        payload.clear();
        headerLength = 0;
        gsoType = GsoType.NONE;
        gsoSizeBytes = 0;
        checksumStart = 0;
        checksumOffset = 0;
    }

    /// The slab that holds the headers (and, for small packets built whole, the payload behind them). What lies behind
    /// [#headerLength()] is nobody's: the queue may use it.
    public Slab headerSlab() {
        return headerSlab;
    }

    /// Where the IP header begins in [#headerSlab()], bytes: always [#HEADROOM_BYTES].
    public int headerOffset() {
        return HEADROOM_BYTES;
    }

    /// Bytes from the IP header to the end of what lies in the header slab.
    public int headerLength() {
        return headerLength;
    }

    /// Says how many bytes were written at [#headerOffset()].
    public void headerLength(int bytes) {
        headerLength = bytes;
    }

    /// The payload ranges behind the header; empty for a packet that lies in the header slab alone.
    public GatherList payload() {
        return payload;
    }

    /// The whole packet, bytes.
    public int totalBytes() {
        return headerLength + payload.totalBytes();
    }

    /// Says that the device must finish the checksum (virtio `NEEDS_CSUM`).
    ///
    /// @param start where summing begins, bytes from the IP header
    /// @param offset where the sum is stored, bytes from `start`: 16 for TCP, 6 for UDP
    public void partialChecksum(int start, int offset) {
        checksumStart = start;
        checksumOffset = offset;
    }

    /// Says that this is a super-segment of `sizeBytes` payload per segment; needs [#partialChecksum].
    public void superSegment(GsoType type, int sizeBytes) {
        gsoType = type;
        gsoSizeBytes = sizeBytes;
    }

    /// Whether the device must finish the checksum.
    public boolean hasPartialChecksum() {
        return checksumOffset != 0;
    }

    /// Where summing begins, bytes from the IP header.
    public int checksumStart() {
        return checksumStart;
    }

    /// Where the sum is stored, bytes from [#checksumStart()].
    public int checksumOffset() {
        return checksumOffset;
    }

    /// The kind of super-segment, or [GsoType#NONE].
    public GsoType gsoType() {
        return gsoType;
    }

    /// Payload bytes per segment of a super-segment.
    public int gsoSizeBytes() {
        return gsoSizeBytes;
    }
}
