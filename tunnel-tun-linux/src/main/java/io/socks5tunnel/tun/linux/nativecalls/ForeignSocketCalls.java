// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// [SocketCalls] by the foreign-function API.
final class ForeignSocketCalls implements SocketCalls {
    private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int SHUT_WR = 1;
    private static final int INT_BYTES = 4;

    private static final MethodHandle SOCKET =
            ForeignFunction.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT =
            ForeignFunction.bind("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            ForeignFunction.bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READV =
            ForeignFunction.bind("readv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND =
            ForeignFunction.bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMSG =
            ForeignFunction.bind("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMMSG = ForeignFunction.bind(
            "recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SENDMMSG =
            ForeignFunction.bind("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle SHUTDOWN =
            ForeignFunction.bind("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = ForeignFunction.bind(
            "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = ForeignFunction.bind(
            "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle GETSOCKNAME =
            ForeignFunction.bind("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle GETPEERNAME =
            ForeignFunction.bind("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = ForeignFunction.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MemorySegment callState = ForeignFunction.newCallState();
    private final MemorySegment length = Arena.ofAuto().allocate(JAVA_INT);

    @Override
    public int tcpSocket(int family) {
        return socket(family, SOCK_STREAM_NONBLOCK_CLOEXEC);
    }

    @Override
    public int udpSocket(int family) {
        return socket(family, SOCK_DGRAM_NONBLOCK_CLOEXEC);
    }

    private int socket(int family, int type) {
        try {
            return answer((int) SOCKET.invokeExact(callState, family, type, 0));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int connect(int descriptor, long address, int length) {
        try {
            return answer((int) CONNECT.invokeExact(callState, descriptor, address, length));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public long receive(int descriptor, long address, long length) {
        try {
            return answer((long) RECV.invokeExact(callState, descriptor, address, length, 0));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public long receiveVectors(int descriptor, long vectors, int count) {
        try {
            return answer((long) READV.invokeExact(callState, descriptor, vectors, count));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public long send(int descriptor, long address, long length, int flags) {
        try {
            return answer((long) SEND.invokeExact(callState, descriptor, address, length, flags));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public long sendMessage(int descriptor, long message, int flags) {
        try {
            return answer((long) SENDMSG.invokeExact(callState, descriptor, message, flags));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int receiveMessages(int descriptor, long messages, int count) {
        try {
            return answer((int) RECVMMSG.invokeExact(callState, descriptor, messages, count, 0, 0L));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int sendMessages(int descriptor, long messages, int count, int flags) {
        try {
            return answer((int) SENDMMSG.invokeExact(callState, descriptor, messages, count, flags));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int shutdownOutput(int descriptor) {
        try {
            return answer((int) SHUTDOWN.invokeExact(callState, descriptor, SHUT_WR));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int setOption(int descriptor, int level, int option, long value, int length) {
        try {
            return answer((int) SETSOCKOPT.invokeExact(callState, descriptor, level, option, value, length));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int intOption(int descriptor, int level, int option, long value) {
        try {
            length.set(JAVA_INT, 0, INT_BYTES);
            return answer((int) GETSOCKOPT.invokeExact(callState, descriptor, level, option, value, length.address()));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int localAddress(int descriptor, long address, long length) {
        try {
            return answer((int) GETSOCKNAME.invokeExact(callState, descriptor, address, length));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int remoteAddress(int descriptor, long address, long length) {
        try {
            return answer((int) GETPEERNAME.invokeExact(callState, descriptor, address, length));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int close(int descriptor) {
        try {
            return answer((int) CLOSE.invokeExact(callState, descriptor));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    private int answer(int result) {
        return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
    }

    private long answer(long result) {
        return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
    }
}
