// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// With a service manager of the tests' own behind the socket.
class NotifySocketTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;

    @TempDir
    Path directory;

    @Test
    void aMessageReachesASocketInAFolder() throws Exception {
        String path = directory.resolve("notify").toString();

        assertThat(received(path, path + "\0", "READY=1\nSTATUS=\u00e4")).isEqualTo("READY=1\nSTATUS=\u00e4");
    }

    @Test
    void aMessageReachesASocketWithAnAbstractName() throws Exception {
        String name = "s5t-notify-" + ProcessHandle.current().pid();

        assertThat(received("@" + name, "\0" + name, "STOPPING=1")).isEqualTo("STOPPING=1");
    }

    @Test
    void nobodyThereIsAnError() {
        assertThatThrownBy(() -> NotifySocket.send(directory.resolve("none").toString(), "READY=1"))
                .isInstanceOf(NativeCallException.class)
                .hasMessageStartingWith("telling the service manager: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 108})
    void aPathThatCannotBeIsAnError(int length) {
        assertThatThrownBy(() -> NotifySocket.send("x".repeat(length), "READY=1"))
                .isInstanceOf(NativeCallException.class);
    }

    private static String received(String path, String address, String message) throws NativeCallException {
        byte[] name = address.getBytes(StandardCharsets.ISO_8859_1);
        byte[] structure = ByteBuffer.allocate(2 + name.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
        int socket = CLibrary.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        try {
            ServerCalls.bind(socket, structure, structure.length);
            NotifySocket.send(path, message);
            byte[] room = new byte[100];
            int length = (int) ServerCalls.recv(socket, room, room.length, MSG_DONTWAIT);
            return new String(Arrays.copyOf(room, length), StandardCharsets.UTF_8);
        } finally {
            CLibrary.close(socket);
        }
    }

    /// What only a server calls.
    private static final class ServerCalls {
        static {
            Native.register(ServerCalls.class, "c");
        }

        private ServerCalls() {}

        static native int bind(int descriptor, byte[] address, int length) throws LastErrorException;

        static native long recv(int descriptor, byte[] bytes, long count, int flags) throws LastErrorException;
    }
}
