// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;

/// The descriptors 0, 1 and 2 of this process.
public final class StandardStreams {
    /// Standard output.
    public static final int OUTPUT = 1;

    /// Standard error.
    public static final int ERROR = 2;

    private static final String NULL_DEVICE = "/dev/null";
    private static final int O_RDWR_CLOEXEC = 0x2 | 0x80000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int FIRST_FREE = 3;

    private StandardStreams() {}

    /// Turns all three to `/dev/null`, for this process and for all that it starts from now on.
    ///
    /// @throws NativeCallException if there is no such device
    public static void discard() throws NativeCallException {
        try {
            int nowhere = CLibrary.open(NULL_DEVICE, O_RDWR_CLOEXEC);
            for (int stream = 0; stream < FIRST_FREE; stream++) {
                CLibrary.dup2(nowhere, stream);
            }
            CLibrary.close(nowhere);
        } catch (LastErrorException e) {
            throw new NativeCallException("turning the standard streams to " + NULL_DEVICE, e.getErrorCode());
        }
    }

    /// Another descriptor for the same open file, closed on exec.
    static int copy(int descriptor) throws NativeCallException {
        try {
            return CLibrary.fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_FREE);
        } catch (LastErrorException e) {
            throw new NativeCallException("copying descriptor " + descriptor, e.getErrorCode());
        }
    }
}
