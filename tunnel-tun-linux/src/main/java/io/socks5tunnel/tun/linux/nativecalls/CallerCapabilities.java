// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The capabilities of the calling thread. Those of other threads of a running process cannot be changed: what this
/// is good for is the thread that replaces the program ([ProgramReplacement]), which then is the only one.
public final class CallerCapabilities {
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    /// `_LINUX_CAPABILITY_VERSION_3`.
    private static final int VERSION = 0x2008_0522;

    /// Version, and a thread's id; 0 means the caller.
    private static final int HEADER_BYTES = 8;

    /// Effective, permitted and inheritable, 64 bits each.
    private static final int SETS_BYTES = 24;

    private static final int MOST_CAPABILITIES = 64;

    private CallerCapabilities() {}

    /// Gives up all of them for good: no program that this thread becomes gets any, be it run as root, marked
    /// set-uid or given capabilities of its own.
    ///
    /// @throws NativeCallException if the kernel or a filter of system calls refuses; the thread then may
    ///     still have capabilities, and less of what programs that it becomes could get
    public static void drop() throws NativeCallException {
        try {
            CLibrary.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            shrinkBoundingSet();
            CLibrary.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
            byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putInt(VERSION)
                    .array();
            CLibrary.capset(header, new byte[SETS_BYTES]);
        } catch (LastErrorException e) {
            throw new NativeCallException("giving up capabilities", e.getErrorCode());
        }
    }

    /// Only a process with CAP_SETPCAP may do so; for others it changes nothing that the set is larger than what
    /// they ever get.
    private static void shrinkBoundingSet() {
        try {
            for (int capability = 0; capability < MOST_CAPABILITIES; capability++) {
                CLibrary.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
            }
        } catch (LastErrorException e) {
            // EPERM at the first one, or EINVAL behind the last one that the kernel knows.
        }
    }
}
