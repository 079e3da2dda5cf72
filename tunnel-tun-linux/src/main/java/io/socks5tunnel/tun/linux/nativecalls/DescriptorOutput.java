// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import java.io.OutputStream;

/// Writes to a descriptor that Java has no stream for. Confined to one thread at a time.
public final class DescriptorOutput extends OutputStream {
    private final int descriptor;

    private DescriptorOutput(int descriptor) {
        this.descriptor = descriptor;
    }

    /// To a descriptor that this process was started with, which becomes this stream's own.
    public static DescriptorOutput of(int descriptor) {
        return new DescriptorOutput(descriptor);
    }

    /// To a copy of a descriptor, which programs that are run do not inherit.
    ///
    /// @throws NativeCallException if the descriptor is not open
    public static DescriptorOutput toCopyOf(int descriptor) throws NativeCallException {
        return new DescriptorOutput(StandardStreams.copy(descriptor));
    }

    @Override
    public void write(int value) throws NativeCallException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws NativeCallException {
        byte[] rest = new byte[length];
        System.arraycopy(bytes, offset, rest, 0, length);
        while (rest.length > 0) {
            int written = writeSome(rest);
            byte[] behind = new byte[rest.length - written];
            System.arraycopy(rest, written, behind, 0, behind.length);
            rest = behind;
        }
    }

    @Override
    public void close() {
        try {
            CLibrary.close(descriptor);
        } catch (LastErrorException e) {
            // Linux has given the descriptor back whatever it answered; nothing is left to do.
        }
    }

    private int writeSome(byte[] bytes) throws NativeCallException {
        while (true) {
            try {
                return (int) CLibrary.write(descriptor, bytes, bytes.length);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw new NativeCallException("writing to descriptor " + descriptor, e.getErrorCode());
                }
            }
        }
    }
}
