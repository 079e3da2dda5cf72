// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.tun.linux.nativecalls.Errno;

/// The longest datagram that the kernel is asked to cut out of a longer message of one socket, and what refusals
/// teach about it. Confined to one shard.
final class CutLimit {
    private int bytes;
    private int refusedBytes;

    /// @param bytes to begin with, 0 if the kernel is to cut nothing
    CutLimit(int bytes) {
        this.bytes = bytes;
    }

    /// What to begin with on a system.
    static int initialBytes(KernelRelease kernel) {
        return kernel.cutsMessages() && !kernel.manglesSuperDatagrams() ? DatagramOutbox.MAX_MESSAGE_BYTES : 0;
    }

    int bytes() {
        return bytes;
    }

    /// Says that the kernel took what it was given.
    void hasSent() {
        refusedBytes = 0;
    }

    /// Whether the same is worth another try after a message was refused that was to be cut at `cutBytes`: nothing
    /// of it was sent then.
    ///
    /// A piece may be too long for the path's MTU, which a datagram on its own is cut into fragments for; or the
    /// way out cannot do it at all. A first refusal for the length may be about an earlier datagram, as an ICMP
    /// error told the kernel, which answers the next call with it. So only the second in a row makes the pieces
    /// shorter.
    ///
    /// @param cutBytes 0 if the message was not to be cut
    boolean allowsAnother(int errno, int cutBytes) {
        if (cutBytes == 0) {
            return false;
        }
        switch (errno) {
            case Errno.EMSGSIZE, Errno.EINVAL -> {
                if (cutBytes == refusedBytes) {
                    bytes = cutBytes - 1;
                }
                refusedBytes = cutBytes;
            }
            case Errno.EIO, Errno.EOPNOTSUPP -> bytes = 0;
            default -> {
                return false;
            }
        }
        return true;
    }
}
