// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.threads.TcpRelay.Remainder;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The way that one flow's datagrams take to the SOCKS server and back. An [IOException] from any method means that
/// the way is no more; it must still be closed. Confined to one shard.
sealed interface DatagramPath extends WarmPool.Warm permits UdpAssociation, UdpStream {
    /// Not even a datagram without payload.
    int NOTHING_FITS = -1;

    /// The largest payload that fits behind a header of `headerBytes`, bytes.
    ///
    /// @return [#NOTHING_FITS] if the header itself cannot be told
    int maxPayloadBytes(int headerBytes);

    /// Writes the first [SocksDatagram#PREFIX_BYTES] of a header.
    void putPrefix(ByteBuffer into, int at, int headerBytes, int payloadBytes);

    /// Sends datagrams, from `first` on and in order, each with its whole header.
    ///
    /// @return how many were taken, 0 if it would block; the owner is woken when it no longer does
    int send(DatagramBatch batch, int first, DatagramScratch scratch) throws IOException;

    /// Passes on what has arrived, as much as fits into one turn.
    Remainder receive(ReplyReceiver replies, DatagramScratch scratch) throws IOException;

    /// Whether it can be given to a flow: the server has not ended it.
    boolean isAlive(DatagramScratch scratch);

    /// Says who is woken from now on.
    void handTo(Waker owner);

    /// Closes it in good order. Harmless when closed.
    void close(DatagramScratch scratch);
}
