// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// The datagram socket by which a service manager is told how its service is doing, `sd_notify(3)`. Java has no
/// such sockets.
public final class NotifySocket {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int FAMILY_BYTES = 2;

    /// `sun_path` in `struct sockaddr_un`.
    private static final int LONGEST_PATH_BYTES = 107;

    private NotifySocket() {}

    /// Sends one message.
    ///
    /// @param path of the socket; with `@` in front a name that is in no folder
    /// @throws NativeCallException if nobody is there to hear it
    public static void send(String path, String message) throws NativeCallException {
        byte[] address = address(path);
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        try {
            int socket = CLibrary.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            try {
                CLibrary.sendto(socket, bytes, bytes.length, MSG_NOSIGNAL, address, address.length);
            } finally {
                CLibrary.close(socket);
            }
        } catch (LastErrorException e) {
            throw new NativeCallException("telling the service manager", e.getErrorCode());
        }
    }

    private static byte[] address(String path) throws NativeCallException {
        byte[] name = path.getBytes(Charset.defaultCharset());
        if (name.length == 0 || name.length > LONGEST_PATH_BYTES) {
            throw new NativeCallException("telling the service manager at " + path, Errno.EINVAL);
        }
        boolean isAbstract = name[0] == '@';
        if (isAbstract) {
            name[0] = 0;
        }
        // A path ends with a zero, a name that is in no folder with its length.
        return ByteBuffer.allocate(FAMILY_BYTES + name.length + (isAbstract ? 0 : 1))
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
    }
}
