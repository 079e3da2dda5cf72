// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.threads.TcpRelay.Remainder;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A relay of UDP ASSOCIATE (RFC 1928 §7): a UDP socket to it, and the connection that it lives as long as. What
/// the server says on that connection means nothing, but its end means the end.
///
/// Errors that the kernel reports for earlier datagrams (the relay's port is closed, a route is missing) lose a
/// datagram and not the association: the server is what ends it. Confined to one shard.
final class UdpAssociation implements DatagramPath, ReadyHandler {
    /// The most that a UDP datagram carries over IPv4, bytes.
    static final int MAX_IPV4_BYTES = 65_535 - 20 - 8;

    /// The most that a UDP datagram carries over IPv6, bytes.
    static final int MAX_IPV6_BYTES = 65_535 - 8;

    /// Batches received before others have their turn.
    private static final int TURN_BATCHES = 4;

    private final UpstreamLink control;
    private final WakerSlot owner;
    private final OwnConnections own;
    private final ShardCounters counters;
    private final int maxBytes;
    private final FlowKey name;
    private @Nullable UpstreamDatagramSocket socket;
    private boolean isReadable;
    private boolean isWritable = true;

    private UdpAssociation(
            UpstreamLink control,
            WakerSlot owner,
            Dialer dialer,
            ShardCounters counters,
            InetSocketAddress relay,
            int receiveBufferBytes)
            throws IOException {
        this.control = control;
        this.owner = owner;
        this.counters = counters;
        own = dialer.connecting();
        maxBytes = relay.getAddress() instanceof Inet4Address ? MAX_IPV4_BYTES : MAX_IPV6_BYTES;
        UpstreamDatagramSocket opened =
                dialer.reactor().openDatagrams(relay, dialer.options(), receiveBufferBytes, this);
        socket = opened;
        name = own.addDatagrams(opened.localAddress(), relay);
    }

    /// Opens the UDP socket of an association.
    ///
    /// @param control stays with the caller if this fails
    /// @param owner whom `control` wakes
    static UdpAssociation open(
            UpstreamLink control,
            WakerSlot owner,
            Dialer dialer,
            ShardCounters counters,
            InetSocketAddress relay,
            int receiveBufferBytes)
            throws IOException {
        return new UdpAssociation(control, owner, dialer, counters, relay, receiveBufferBytes);
    }

    @Override
    public void onReady(int readyOps) {
        isReadable |= (readyOps & READABLE) != 0;
        isWritable |= (readyOps & WRITABLE) != 0;
        owner.wake();
    }

    @Override
    public int maxPayloadBytes(int headerBytes) {
        return maxBytes - headerBytes;
    }

    @Override
    public void putPrefix(ByteBuffer into, int at, int headerBytes, int payloadBytes) {
        SocksDatagram.putAssociatePrefix(into, at);
    }

    @Override
    public int send(DatagramBatch batch, int first, DatagramScratch scratch) throws IOException {
        if (!isWritable) {
            return 0;
        }
        UpstreamDatagramSocket present = present();
        int sent;
        try {
            sent = present.send(batch, first);
        } catch (IOException _) {
            sent = sendAfterError(present, batch, first);
        }
        if (sent == 0) {
            isWritable = false;
        }
        return sent;
    }

    @Override
    public Remainder receive(ReplyReceiver replies, DatagramScratch scratch) throws IOException {
        Remainder remainder = receiveAll(replies, scratch);
        // after the datagrams: those that came before the end still count
        discardControl(scratch);
        return remainder;
    }

    @Override
    public boolean isAlive(DatagramScratch scratch) {
        try {
            discardControl(scratch);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void handTo(Waker newOwner) {
        owner.handTo(newOwner);
    }

    @Override
    public void close(DatagramScratch scratch) {
        release();
    }

    @Override
    public void release() {
        if (socket != null) {
            socket.close();
            socket = null;
            own.removeDatagrams(name);
        }
        control.close();
    }

    /// The error was of an earlier datagram, or it is of this one.
    private int sendAfterError(UpstreamDatagramSocket present, DatagramBatch batch, int first) {
        try {
            return present.send(batch, first);
        } catch (IOException _) {
            counters.drop(DropReason.UDP_NOT_RELAYED, 1);
            return 1;
        }
    }

    private Remainder receiveAll(ReplyReceiver replies, DatagramScratch scratch) throws IOException {
        int errors = 0;
        for (int turn = 0; isReadable; turn++) {
            if (turn == TURN_BATCHES) {
                return Remainder.WORK;
            }
            DatagramBatch room = scratch.replyRoom();
            if (room == null) {
                return Remainder.HUNGER;
            }
            try {
                receiveOnce(replies, room);
            } catch (IOException e) {
                // the error of an earlier datagram: what has arrived is still there
                errors++;
                if (errors == TURN_BATCHES) {
                    throw e;
                }
            }
        }
        return Remainder.NOTHING;
    }

    private void receiveOnce(ReplyReceiver replies, DatagramBatch room) throws IOException {
        int received = present().receive(room);
        isReadable = received == room.count();
        for (int i = 0; i < received; i++) {
            replies.onDatagram(room.slab(i), room.offset(i), room.length(i));
        }
        replies.onEnd();
    }

    private void discardControl(DatagramScratch scratch) throws IOException {
        while (control.isReadable()) {
            GatherList ranges = scratch.clearedRanges();
            ranges.add(scratch.momentary(), 0, Slab.CAPACITY_BYTES);
            if (control.read(ranges) < 0) {
                throw new IOException("the server ended the association");
            }
        }
    }

    private UpstreamDatagramSocket present() throws IOException {
        if (socket == null) {
            throw new IOException("the association is closed");
        }
        return socket;
    }
}
