// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.SimDatagramPort;
import io.socks5tunnel.sim.SocksDestination;
import io.socks5tunnel.sim.SocksReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One connection of the tunnel to the simulated SOCKS5 server (RFC 1928), behind which the captured server of one
/// flow answers as it did then. Confined to the simulation's thread.
final class RecordedServer implements SimConnection.Listener {
    private static final int VERSION = 5;
    private static final int CONNECT = 1;
    private static final int UDP_ASSOCIATE = 3;
    /// Version, command and a reserved byte.
    private static final int REQUEST_HEAD_BYTES = 3;

    private static final InetSocketAddress NO_ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private final SimConnection connection;
    private final Function<InetSocketAddress, @Nullable UpstreamSide> flows;
    private final Supplier<SimDatagramPort> associations;
    private final ByteArrayOutputStream handshake = new ByteArrayOutputStream();
    private boolean isGreeted;
    private boolean isAnswered;
    private @Nullable UpstreamSide flow;
    private @Nullable SimDatagramPort association;

    /// @param flows finds the flow that wants to reach a destination; null where there is none
    RecordedServer(
            SimConnection connection,
            Function<InetSocketAddress, @Nullable UpstreamSide> flows,
            Supplier<SimDatagramPort> associations) {
        this.connection = connection;
        this.flows = flows;
        this.associations = associations;
    }

    void start() {
        connection.listener(this);
    }

    /// Tells the tunnel whether the captured server took the connection, and by which reply not.
    void answer(SocksReply reply) {
        answer(reply, NO_ADDRESS);
        if (reply != SocksReply.SUCCEEDED) {
            connection.close();
        }
    }

    private void answer(SocksReply reply, InetSocketAddress bound) {
        if (isAnswered || connection.hasFailed() || connection.isClosed()) {
            return;
        }
        isAnswered = true;
        ByteBuffer bytes = ByteBuffer.allocate(REQUEST_HEAD_BYTES + SocksDestination.MAX_BYTES);
        bytes.put((byte) VERSION).put((byte) reply.code()).put((byte) 0);
        SocksDestination.write(bytes, bound);
        write(Arrays.copyOf(bytes.array(), bytes.position()), 0);
    }

    boolean isOpen() {
        return isAnswered && !connection.hasFailed() && !connection.isClosed();
    }

    /// Sends bytes.
    ///
    /// @return how many were taken
    int write(byte[] bytes, int offset) {
        try {
            return connection.write(bytes, offset, bytes.length - offset);
        } catch (IOException e) {
            // the tunnel has reset the connection; the flow learns it from the listener
            return 0;
        }
    }

    void shutdownOutput() {
        try {
            connection.shutdownOutput();
        } catch (IOException e) {
            // as above
            return;
        }
    }

    void reset() {
        connection.reset();
    }

    void close() {
        connection.close();
    }

    @Override
    public void onReadable() {
        try {
            byte[] bytes = connection.readAll();
            if (flow != null) {
                flow.onBytes(bytes);
            } else {
                handshake.writeBytes(bytes);
                advance();
            }
        } catch (IOException e) {
            onFailed();
        }
    }

    @Override
    public void onEnded() {
        if (flow != null) {
            flow.onEnd();
        } else {
            // nobody wants the answer any more
            dropAssociation();
            connection.close();
        }
    }

    @Override
    public void onWritable() {
        if (flow != null) {
            flow.onWritable();
        }
    }

    @Override
    public void onFailed() {
        dropAssociation();
        if (flow != null) {
            flow.onFailed(this);
        }
    }

    private void dropAssociation() {
        if (association != null) {
            association.close();
        }
    }

    private void advance() {
        ByteBuffer in = ByteBuffer.wrap(handshake.toByteArray());
        if (association != null) {
            return;
        }
        if (!isGreeted) {
            int methods = in.remaining() < 2 ? 0 : Byte.toUnsignedInt(in.get(1));
            if (in.remaining() < 2 + methods || in.remaining() < 2) {
                return;
            }
            isGreeted = true;
            write(new byte[] {VERSION, 0}, 0);
            keepFrom(in, 2 + methods);
            in = ByteBuffer.wrap(handshake.toByteArray());
        }
        int length = in.remaining() <= REQUEST_HEAD_BYTES
                ? 0
                : SocksDestination.encodedLength(in, REQUEST_HEAD_BYTES, in.limit());
        if (length > 0 && in.remaining() >= REQUEST_HEAD_BYTES + length) {
            onRequest(in, REQUEST_HEAD_BYTES + length);
        }
    }

    private void onRequest(ByteBuffer in, int length) {
        if (in.get(1) == UDP_ASSOCIATE) {
            keepFrom(in, length);
            association = associations.get();
            answer(SocksReply.SUCCEEDED, association.local());
            return;
        }
        boolean isConnect = in.get(1) == CONNECT;
        SocksDestination wanted = SocksDestination.read(in.slice(REQUEST_HEAD_BYTES, length - REQUEST_HEAD_BYTES));
        UpstreamSide found = isConnect && wanted.address() != null
                ? flows.apply(new InetSocketAddress(wanted.address(), wanted.port()))
                : null;
        if (found == null) {
            answer(isConnect ? SocksReply.HOST_UNREACHABLE : SocksReply.COMMAND_NOT_SUPPORTED);
            return;
        }
        keepFrom(in, length);
        flow = found;
        found.attach(this);
        if (handshake.size() > 0) {
            found.onBytes(handshake.toByteArray());
        }
    }

    private void keepFrom(ByteBuffer in, int offset) {
        byte[] rest = new byte[in.limit() - offset];
        in.get(offset, rest);
        handshake.reset();
        handshake.writeBytes(rest);
    }
}
