// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Optional;

/// The `tunnel` section: the TUN device and what the stack answers on it.
///
/// @param name the interface's name, or empty for the kernel to choose; at most 15 bytes
/// @param mtuBytes bytes, 68 to 65535; default 8500
/// @param ipv4 address to set, /32
/// @param ipv6 address to set, /128
/// @param icmp whether echo requests are answered
/// @param postUpScript run after the interface is up
/// @param preDownScript run before it goes down
/// @param offload whether to ask the device for super-segments and checksum offload
/// @param tcpRefusal how a refusal of the SOCKS server reaches the client
/// @param tcpAccept when a client's connection is accepted
public record TunSettings(
        String name,
        int mtuBytes,
        Optional<String> ipv4,
        Optional<String> ipv6,
        Icmp icmp,
        Optional<String> postUpScript,
        Optional<String> preDownScript,
        Offload offload,
        TcpRefusal tcpRefusal,
        TcpAccept tcpAccept) {
    /// hev's default of `tunnel.mtu`, bytes.
    public static final int DEFAULT_MTU_BYTES = 8500;

    /// What every key means when it is absent.
    public static final TunSettings DEFAULT = new TunSettings(
            "",
            DEFAULT_MTU_BYTES,
            Optional.empty(),
            Optional.empty(),
            Icmp.OFF,
            Optional.empty(),
            Optional.empty(),
            Offload.AUTO,
            TcpRefusal.EXACT,
            TcpAccept.AFTER_CONNECT);

    /// `tunnel.icmp`.
    public enum Icmp {
        /// Echo requests are dropped.
        OFF,
        /// Echo requests are answered by the tunnel itself.
        REPLY
    }

    /// `tunnel.offload`.
    public enum Offload {
        /// The widest set that the kernel accepts.
        AUTO,
        /// One packet per read and write, checksums in user space.
        OFF
    }

    /// `tunnel.tcp-refusal`.
    public enum TcpRefusal {
        /// RST or the ICMP error that fits the SOCKS reply.
        EXACT,
        /// Always RST.
        RESET
    }

    /// `tunnel.tcp-accept`.
    public enum TcpAccept {
        /// The client's SYN is answered when the SOCKS server has connected.
        AFTER_CONNECT,
        /// The client's SYN is answered at once, as hev-socks5-tunnel does.
        IMMEDIATE
    }
}
