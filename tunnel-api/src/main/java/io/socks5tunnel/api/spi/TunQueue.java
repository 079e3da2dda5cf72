// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;

/// One queue of a TUN device: an ordered source and sink of IP packets for one shard.
///
/// Confined to the shard that it was given to, but for what [#onReadable] says.
public interface TunQueue {
    /// Returned by [#pollDescriptor()] if there is none.
    int NO_DESCRIPTOR = -1;

    /// Reads packets until nothing waits or `burst` is full. Never blocks.
    ///
    /// @return true if more packets may be waiting, false if the queue ran empty
    /// @throws IOException if the device is gone
    boolean read(PacketBurst burst) throws IOException;

    /// Writes one packet. Never blocks; nothing of `packet` is kept.
    ///
    /// @return false if the device did not take it; it is lost, as on a wire, and the caller counts it
    /// @throws IOException if the device is gone
    boolean write(OutboundPacket packet) throws IOException;

    /// What [#write] accepts now. It may shrink at run time, when the kernel turns out to refuse what it had
    /// promised.
    TunCapabilities capabilities();

    /// The file descriptor to wait on, or [#NO_DESCRIPTOR].
    int pollDescriptor();

    /// For queues without a descriptor: asks for `signal` to be run, from any thread, whenever packets arrive at
    /// the empty queue, and at once if some wait already. Queues with a descriptor ignore this.
    void onReadable(Runnable signal);

    /// Blocks until a read may find packets or has something to tell, for reactors that cannot wait for a
    /// descriptor. Unlike everything else it may be called by one other thread meanwhile. Queues without a
    /// descriptor need not know it.
    ///
    /// @param timeoutNanos how long at most, above 0
    /// @return false if the time has passed
    /// @throws IOException if waiting is not possible here
    default boolean awaitReadable(long timeoutNanos) throws IOException {
        throw new IOException("this TUN queue can only be waited for by its descriptor, with another reactor");
    }
}
