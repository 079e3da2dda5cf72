// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamSocket;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A TCP socket in the epoll of its reactor. Confined to one shard.
///
/// It remembers when the kernel has no more to give or to take, and spares the call that would only say "would
/// block":
///
/// - a read that was shorter than asked has emptied the socket. What comes later is a new edge. Unless FIN, failure
/// or urgent data had been told of before: those end a read early and need no new edge.
/// - a write that was shorter than asked has filled it, and the kernel tells when there is room again.
final class LinuxUpstreamSocket implements UpstreamSocket, EventTarget {
    /// All it can become ready for, registered once.
    static final int EVENTS = EpollEvent.EPOLLIN | EpollEvent.EPOLLOUT | EpollEvent.EPOLLRDHUP | EpollEvent.EPOLLPRI;

    private static final int FAILED = EpollEvent.EPOLLERR | EpollEvent.EPOLLHUP;
    private static final int ENDS_READS_EARLY = FAILED | EpollEvent.EPOLLRDHUP | EpollEvent.EPOLLPRI;
    private static final int NONE = -1;

    private final LinuxReactor reactor;
    private final SocketMemory memory;
    private final InetSocketAddress remote;
    private final ReadyHandler handler;
    private int descriptor;
    private long token;
    private boolean hasFailed;
    private boolean isConnected;
    private boolean isDrained;
    private boolean mayEndReadsEarly;

    /// From the start: the end of the connect is told as room to write.
    private boolean isFull = true;

    LinuxUpstreamSocket(
            LinuxReactor reactor, SocketMemory memory, int descriptor, InetSocketAddress remote, ReadyHandler handler) {
        this.reactor = reactor;
        this.memory = memory;
        this.descriptor = descriptor;
        this.remote = remote;
        this.handler = handler;
    }

    /// Under which the reactor knows it.
    void token(long newToken) {
        token = newToken;
    }

    @Override
    public void onEvents(int events) {
        int ready = 0;
        if ((events & (EpollEvent.EPOLLIN | ENDS_READS_EARLY)) != 0) {
            isDrained = false;
            mayEndReadsEarly |= (events & ENDS_READS_EARLY) != 0;
            ready = ReadyHandler.READABLE;
        }
        // The kernel repeats with every event that there is room; the handler hears of it when there was none.
        if ((events & FAILED) != 0 || (events & EpollEvent.EPOLLOUT) != 0 && isFull) {
            isFull = false;
            hasFailed |= (events & FAILED) != 0;
            isConnected |= !hasFailed;
            ready |= ReadyHandler.WRITABLE;
        }
        if (ready != 0) {
            handler.onReady(ready);
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        if (isConnected) {
            return true;
        }
        int error = hasFailed ? memory.takeError(open()) : 0;
        if (error != 0) {
            throw new NativeCallException("connecting to " + SocketMemory.text(remote), error);
        }
        isConnected = hasFailed || memory.isConnected(open());
        isFull &= !isConnected;
        return isConnected;
    }

    @Override
    public int read(GatherList into) throws IOException {
        int wanted = into.totalBytes();
        if (isDrained || wanted == 0) {
            return 0;
        }
        long result;
        do {
            result = memory.read(open(), into);
        } while (result == -Errno.EINTR);
        if (result > 0) {
            isDrained = result < wanted && !mayEndReadsEarly;
            return (int) result;
        }
        if (result == 0) {
            return -1;
        }
        if (result == -Errno.EAGAIN) {
            isDrained = true;
            return 0;
        }
        throw new NativeCallException("reading from " + SocketMemory.text(remote), (int) -result);
    }

    @Override
    public int write(GatherList from, boolean more) throws IOException {
        int wanted = from.totalBytes();
        if (isFull || wanted == 0) {
            return 0;
        }
        long result;
        do {
            result = memory.write(open(), from, more);
        } while (result == -Errno.EINTR);
        if (result >= 0) {
            isFull = result < wanted;
            return (int) result;
        }
        if (result == -Errno.EAGAIN || result == -Errno.EINPROGRESS) {
            isFull = true;
            return 0;
        }
        throw new NativeCallException("writing to " + SocketMemory.text(remote), (int) -result);
    }

    @Override
    public void shutdownOutput() throws IOException {
        int result = memory.shutdownOutput(open());
        if (result < 0) {
            throw new NativeCallException("ending the stream to " + SocketMemory.text(remote), -result);
        }
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        return memory.localAddress(open());
    }

    @Override
    public void close() {
        if (descriptor != NONE) {
            memory.close(descriptor);
            descriptor = NONE;
            reactor.forget(token);
        }
    }

    @Override
    public void abort() {
        if (descriptor != NONE) {
            memory.resetOnClose(descriptor);
            close();
        }
    }

    @Override
    public void onReactorClosed() {
        close();
    }

    private int open() throws IOException {
        if (descriptor == NONE) {
            throw new IOException("the socket to " + SocketMemory.text(remote) + " is closed");
        }
        return descriptor;
    }
}
