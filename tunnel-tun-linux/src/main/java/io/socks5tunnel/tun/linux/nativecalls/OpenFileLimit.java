// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;

/// How many descriptors this process may hold (`RLIMIT_NOFILE`).
public final class OpenFileLimit {
    private static final int RLIMIT_NOFILE = 7;

    private OpenFileLimit() {}

    /// The limit that counts now, the soft one.
    ///
    /// @throws NativeCallException if the system does not say
    public static long current() throws NativeCallException {
        return read()[0];
    }

    /// Sets the soft limit to the hard one, which needs no right, and then both to `files`, which may need one.
    ///
    /// @throws NativeCallException if the second step was refused; the first may have worked
    public static void raise(long files) throws NativeCallException {
        long[] limits = read();
        set(limits[1], limits[1]);
        set(files, files);
    }

    private static long[] read() throws NativeCallException {
        long[] softAndHard = new long[2];
        try {
            CLibrary.getrlimit(RLIMIT_NOFILE, softAndHard);
            return softAndHard;
        } catch (LastErrorException e) {
            throw new NativeCallException("reading the limit of open files", e.getErrorCode());
        }
    }

    private static void set(long soft, long hard) throws NativeCallException {
        try {
            CLibrary.setrlimit(RLIMIT_NOFILE, new long[] {soft, hard});
        } catch (LastErrorException e) {
            throw new NativeCallException("setting the limit of open files to " + soft, e.getErrorCode());
        }
    }
}
