// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Slab;

/// Takes the datagrams that a SOCKS server sends. Confined to one shard.
interface ReplyReceiver {
    /// A whole datagram of UDP ASSOCIATE, header included, at `[offset, offset + length)`. Valid until [#onEnd].
    void onDatagram(Slab slab, int offset, int length);

    /// A whole frame of UDP-in-TCP, of which both lengths are known. Valid until [#onEnd].
    ///
    /// @param offset where the header begins
    void onFrame(Slab slab, int offset, int headerBytes, int payloadBytes);

    /// The memory of what was passed on so far is about to be used for something else.
    void onEnd();

    /// The stream of UDP-in-TCP holds something that is no frame.
    void onGarbage();
}
