// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Passes on to whoever owns a connection now, since one that was kept warm changes its owner. Confined to one
/// shard.
final class WakerSlot implements Waker {
    private Waker owner;

    WakerSlot(Waker owner) {
        this.owner = owner;
    }

    /// Makes somebody else the owner.
    void handTo(Waker newOwner) {
        owner = newOwner;
    }

    @Override
    public void wake() {
        owner.wake();
    }
}
