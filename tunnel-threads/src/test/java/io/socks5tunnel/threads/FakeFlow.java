// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;

/// A flow, and before it its open request, whose client is the test.
final class FakeFlow implements TcpFlow, TcpOpenRequest {
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int sendSpace = Slab.CAPACITY_BYTES;
    int unacknowledgedBytes;
    boolean isAcknowledgedAtOnce;
    boolean hasSlabs = true;
    boolean isInputEnded;
    boolean isOutputShut;
    boolean isAborted;
    boolean isAccepted;
    boolean isConfirmed = true;
    Refusal refusal;
    TcpFlowHandler handler;
    private final FlowKey key;
    private final Slab input = new Slab();
    private final Slab output = new Slab();
    private int readFrom;
    private int readTo;

    FakeFlow(FlowKey key) {
        this.key = key;
    }

    static FakeFlow from(int client, int port) {
        return new FakeFlow(new FlowKey(0, FlowKey.mappedIpv4(client), port, 0, FlowKey.mappedIpv4(0xc6130001), 80));
    }

    static FakeFlow of(InetSocketAddress client, InetSocketAddress destination) {
        return new FakeFlow(new OwnConnections().add(client, destination));
    }

    void clientSends(byte... bytes) {
        input.bytes().put(readTo, bytes);
        readTo += bytes.length;
        if (handler != null) {
            handler.onReadable();
        }
    }

    void clientEnds() {
        isInputEnded = true;
        if (handler != null) {
            handler.onReadable();
        }
    }

    @Override
    public FlowKey key() {
        return key;
    }

    @Override
    public void handler(TcpFlowHandler newHandler) {
        handler = newHandler;
    }

    @Override
    public TcpFlow accept(long nowNanos) {
        if (isAccepted || refusal != null) {
            throw new IllegalStateException("completed twice");
        }
        isAccepted = true;
        return this;
    }

    @Override
    public void refuse(Refusal newRefusal, long nowNanos) {
        if (isAccepted || refusal != null) {
            throw new IllegalStateException("completed twice");
        }
        refusal = newRefusal;
    }

    void clientConfirms() {
        isConfirmed = true;
        handler.onConfirmed();
    }

    @Override
    public boolean isConfirmed() {
        return isAccepted && isConfirmed;
    }

    @Override
    public int readableBytes() {
        return isAborted ? 0 : readTo - readFrom;
    }

    @Override
    public void peek(GatherList into) {
        into.add(input, readFrom, readTo - readFrom);
    }

    @Override
    public void consume(int bytes) {
        readFrom += bytes;
    }

    @Override
    public boolean isInputEnded() {
        return isInputEnded && readFrom == readTo;
    }

    @Override
    public int sendSpaceBytes() {
        return isAborted || isOutputShut ? 0 : sendSpace;
    }

    @Override
    public void reserve(GatherList into) {
        if (hasSlabs) {
            into.add(output, 0, sendSpace);
        }
    }

    @Override
    public void commit(int bytes) {
        byte[] committed = new byte[bytes];
        output.bytes().get(0, committed);
        sent.writeBytes(committed);
        if (!isAcknowledgedAtOnce) {
            sendSpace -= bytes;
        }
    }

    @Override
    public void shutdownOutput() {
        isOutputShut = true;
    }

    @Override
    public void shutdownInput() {}

    @Override
    public void abort() {
        isAborted = true;
    }

    @Override
    public int unacknowledgedBytes() {
        return unacknowledgedBytes;
    }
}
