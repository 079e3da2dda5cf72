// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;

/// [DeviceCalls] by JNA.
final class JnaDeviceCalls implements DeviceCalls {
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    @Override
    public int open(String path) {
        try {
            return CLibrary.open(path, OPEN_FLAGS);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    @Override
    public int ioctl(int descriptor, long request, byte[] structure) {
        try {
            return CLibrary.ioctl(descriptor, request, structure);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    @Override
    public int ioctl(int descriptor, long request, long value) {
        try {
            return CLibrary.ioctl(descriptor, request, value);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    @Override
    public int datagramSocket(int family) {
        try {
            return CLibrary.socket(family, SOCK_DGRAM_CLOEXEC, 0);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    @Override
    public int effectiveUser() {
        return CLibrary.geteuid();
    }

    @Override
    public int setNonBlocking(int descriptor) {
        try {
            int flags = CLibrary.fcntl(descriptor, F_GETFL, 0);
            CLibrary.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
            return 0;
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    @Override
    public void close(int descriptor) {
        try {
            CLibrary.close(descriptor);
        } catch (LastErrorException e) {
            // Linux has given the descriptor back whatever it answered; nothing is left to do.
        }
    }
}
