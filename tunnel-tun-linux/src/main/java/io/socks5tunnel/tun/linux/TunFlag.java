// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

/// Numbers of `linux/if_tun.h`, and of `linux/sockios.h` as far as interfaces are configured.
final class TunFlag {
    /// IP packets, no Ethernet header.
    static final int IFF_TUN = 0x1;
    /// Several descriptors, each with its own queue.
    static final int IFF_MULTI_QUEUE = 0x100;
    /// To `TUNSETQUEUE`: gives the queue packets again.
    static final int IFF_ATTACH_QUEUE = 0x200;
    /// To `TUNSETQUEUE`: gives it none.
    static final int IFF_DETACH_QUEUE = 0x400;
    /// The device outlives its descriptors.
    static final int IFF_PERSIST = 0x800;
    /// No four bytes of protocol information before each packet.
    static final int IFF_NO_PI = 0x1000;
    /// A virtio-net header before each packet.
    static final int IFF_VNET_HDR = 0x4000;

    static final long TUNSETIFF = 0x400454caL;
    static final long TUNSETOWNER = 0x400454ccL;
    static final long TUNGETIFF = 0x800454d2L;
    static final long TUNSETOFFLOAD = 0x400454d0L;
    static final long TUNGETVNETHDRSZ = 0x800454d7L;
    static final long TUNSETVNETHDRSZ = 0x400454d8L;
    static final long TUNSETQUEUE = 0x400454d9L;

    /// Checksums may be partial.
    static final int TUN_F_CSUM = 1;
    /// TCP super-segments over IPv4.
    static final int TUN_F_TSO4 = 2;
    /// The same over IPv6.
    static final int TUN_F_TSO6 = 4;
    /// Super-segments whose first piece carries CWR.
    static final int TUN_F_TSO_ECN = 8;
    /// UDP super-segments over IPv4. Linux 6.2 takes this and the next only together.
    static final int TUN_F_USO4 = 0x20;
    /// The same over IPv6.
    static final int TUN_F_USO6 = 0x40;

    /// The interface is up.
    static final int IFF_UP = 1;

    static final long SIOCADDRT = 0x890b;
    static final long SIOCGIFFLAGS = 0x8913;
    static final long SIOCSIFFLAGS = 0x8914;
    static final long SIOCSIFADDR = 0x8916;
    static final long SIOCSIFNETMASK = 0x891c;
    static final long SIOCGIFMTU = 0x8921;
    static final long SIOCSIFMTU = 0x8922;
    static final long SIOCGIFINDEX = 0x8933;
    static final long SIOCSIFTXQLEN = 0x8943;

    private TunFlag() {}
}
