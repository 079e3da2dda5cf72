// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.PacketBurst;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// What other threads send to a shard: commands, and parcels of packets that came in elsewhere but are its own.
///
/// Any thread may offer, only the shard polls. The shard is woken only when it may be waiting: it says so before it
/// waits and looks once more into the mailbox after that, while a sender looks after it has put something in, so
/// one of the two sees the other.
final class ShardMailbox {
    /// Commands that may wait. Each shard sends few: see [SessionPermits].
    static final int MAX_COMMANDS = 256;

    /// Parcels that may wait, of up to [PacketBurst#MAX_PACKETS] packets each.
    static final int MAX_PARCELS = 64;

    private final BoundedRing<ShardCommand> commands = new BoundedRing<>(MAX_COMMANDS);
    private final BoundedRing<PacketBurst> parcels = new BoundedRing<>(MAX_PARCELS);
    private final Runnable wakeup;

    /// Volatile: the owner's word that it may be in its wait, see above.
    private volatile boolean isOwnerWaiting;

    /// Volatile: set once by the owner when it ends, read by senders.
    private volatile boolean isClosed;

    /// @param wakeup ends the owner's wait, from any thread
    ShardMailbox(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    /// Sends a command.
    ///
    /// @return false if the mailbox is full or closed
    boolean offer(ShardCommand command) {
        return !isClosed && wakeAfter(commands.offer(command));
    }

    /// Sends packets, ownership of the burst and its slabs included.
    ///
    /// @return false if the mailbox is full or closed; the burst stays with the caller then
    boolean offer(PacketBurst parcel) {
        return !isClosed && wakeAfter(parcels.offer(parcel));
    }

    /// The next command, or null. Owner only.
    @Nullable
    ShardCommand pollCommand() {
        return commands.poll();
    }

    /// The next parcel, or null. Owner only.
    @Nullable
    PacketBurst pollParcel() {
        return parcels.poll();
    }

    /// Says that the owner is going to wait. Owner only.
    ///
    /// @return false if something is in the mailbox; the owner must not wait then
    boolean beginWait() {
        isOwnerWaiting = true;
        if (commands.isEmpty() && parcels.isEmpty()) {
            return true;
        }
        isOwnerWaiting = false;
        return false;
    }

    /// Says that the owner has waited. Owner only.
    void endWait() {
        if (isOwnerWaiting) {
            isOwnerWaiting = false;
        }
    }

    /// Refuses everything from now on. What slips in at the same moment is never read. Owner only.
    void close() {
        isClosed = true;
    }

    boolean isClosed() {
        return isClosed;
    }

    private boolean wakeAfter(boolean isAccepted) {
        if (!isAccepted) {
            return false;
        }
        // the element must be seen before the flag is read, or both sides could miss each other
        VarHandle.fullFence();
        if (isOwnerWaiting) {
            wakeup.run();
        }
        return true;
    }
}
