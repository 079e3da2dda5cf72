// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A connected UDP socket in the epoll of its reactor. Confined to one shard.
///
/// The kernel tells of room to write whenever a datagram that was sent has left the machine, full socket or not,
/// which would end the shard's wait once for every burst. So the socket asks to be told only after a send that
/// found it full, or that ended early for whatever reason.
///
/// A call that moved fewer datagrams than it might have ended either there or at an error, which the kernel keeps
/// for the next call. So a short receive empties the socket only if no error was told of.
final class LinuxDatagramSocket implements UpstreamDatagramSocket, EventTarget {
    private static final int NONE = -1;
    private static final int INITIAL_CUT_BYTES = CutLimit.initialBytes(KernelRelease.running());

    private final LinuxReactor reactor;
    private final SocketMemory memory;
    private final DatagramMemory datagrams;
    private final DatagramOutbox outbox;
    private final InetSocketAddress remote;
    private final ReadyHandler handler;
    private final CutLimit cutLimit = new CutLimit(INITIAL_CUT_BYTES);
    private int descriptor;
    private long token;
    private boolean isDrained;
    private boolean mayHaveFailed;
    private boolean isFull;

    LinuxDatagramSocket(
            LinuxReactor reactor,
            SocketMemory memory,
            DatagramMemory datagrams,
            DatagramOutbox outbox,
            int descriptor,
            InetSocketAddress remote,
            ReadyHandler handler) {
        this.reactor = reactor;
        this.memory = memory;
        this.datagrams = datagrams;
        this.outbox = outbox;
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
        if ((events & (EpollEvent.EPOLLIN | EpollEvent.EPOLLERR)) != 0) {
            isDrained = false;
            mayHaveFailed |= (events & EpollEvent.EPOLLERR) != 0;
            ready = ReadyHandler.READABLE;
        }
        if ((events & EpollEvent.EPOLLOUT) != 0 && isFull) {
            ready |= ReadyHandler.WRITABLE;
        }
        if (ready != 0) {
            handler.onReady(ready);
        }
    }

    @Override
    public int receive(DatagramBatch into) throws IOException {
        int wanted = into.count();
        if (isDrained || wanted == 0) {
            return 0;
        }
        int result;
        do {
            result = datagrams.receive(open(), into);
        } while (result == -Errno.EINTR);
        if (result > 0) {
            isDrained = result < wanted && !mayHaveFailed;
            return result;
        }
        mayHaveFailed = false;
        if (result == -Errno.EAGAIN || result == 0) {
            isDrained = true;
            return 0;
        }
        throw new NativeCallException("receiving from " + SocketMemory.text(remote), -result);
    }

    @Override
    public int send(DatagramBatch from, int first) throws IOException {
        int wanted = from.count() - first;
        if (wanted <= 0) {
            return 0;
        }
        int result;
        do {
            result = outbox.send(open(), from, first, cutLimit.bytes());
        } while (result == -Errno.EINTR || result < 0 && cutLimit.allowsAnother(-result, outbox.firstCutBytes()));
        if (result > 0) {
            cutLimit.hasSent();
        }
        noteRoom(result == wanted);
        if (result >= 0) {
            return result;
        }
        if (result == -Errno.EAGAIN) {
            return 0;
        }
        throw new NativeCallException("sending to " + SocketMemory.text(remote), -result);
    }

    private void noteRoom(boolean hasRoom) throws IOException {
        if (isFull == hasRoom) {
            isFull = !hasRoom;
            reactor.watchWritable(descriptor, token, isFull);
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
