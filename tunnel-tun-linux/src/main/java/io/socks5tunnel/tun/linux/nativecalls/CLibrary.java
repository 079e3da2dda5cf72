// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/// Functions of the C library that are called rarely, mapped directly by JNA.
final class CLibrary {
    static {
        Native.register(CLibrary.class, "c");
    }

    private CLibrary() {}

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    static native int ioctl(int descriptor, long request, byte[] structure) throws LastErrorException;

    static native int ioctl(int descriptor, long request, long value) throws LastErrorException;

    static native int fcntl(int descriptor, int command, long value) throws LastErrorException;

    static native int socket(int family, int type, int protocol) throws LastErrorException;

    static native int geteuid();

    static native int prctl(int option, long second, long third, long fourth, long fifth) throws LastErrorException;

    static native int capset(byte[] header, byte[] sets) throws LastErrorException;

    static native int execv(Pointer path, Pointer arguments) throws LastErrorException;

    static native long sendto(int descriptor, byte[] bytes, long count, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    static native int dup2(int from, int to) throws LastErrorException;

    static native long write(int descriptor, byte[] bytes, long count) throws LastErrorException;

    static native Pointer signal(int number, Pointer action) throws LastErrorException;

    static native int getrlimit(int resource, long[] softAndHard) throws LastErrorException;

    static native int setrlimit(int resource, long[] softAndHard) throws LastErrorException;
}
