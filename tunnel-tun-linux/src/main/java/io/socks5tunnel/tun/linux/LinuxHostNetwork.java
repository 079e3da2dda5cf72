// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.HostNetwork;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetAddress;

/// What `ip link set … up` and `ip route add … dev …` do, without needing that program.
public final class LinuxHostNetwork implements HostNetwork {
    private final DeviceCalls calls;

    /// For [java.util.ServiceLoader].
    public LinuxHostNetwork() {
        this(DeviceCalls.ofSystem());
    }

    LinuxHostNetwork(DeviceCalls calls) {
        this.calls = calls;
    }

    @Override
    public boolean isSupported() {
        return LinuxSystem.isSupported();
    }

    @Override
    public void bringUp(String interfaceName) throws IOException {
        try (InterfaceSettings settings = new InterfaceSettings(calls, interfaceName)) {
            settings.up();
        }
    }

    @Override
    public void addRoute(Inet4Address network, int prefixBits, String interfaceName) throws IOException {
        String what = "routing " + network.getHostAddress() + "/" + prefixBits + " into " + interfaceName;
        int socket = calls.datagramSocket(SocketCalls.AF_INET);
        if (socket < 0) {
            throw new NativeCallException(what, -socket);
        }
        try (Arena memory = Arena.ofConfined()) {
            long name = memory.allocateFrom(interfaceName).address();
            RouteRequest request = new RouteRequest(network, mask(prefixBits), name);
            int result = calls.ioctl(socket, TunFlag.SIOCADDRT, request.structure());
            if (result < 0) {
                throw new NativeCallException(what, -result);
            }
        } finally {
            calls.close(socket);
        }
    }

    private static Inet4Address mask(int prefixBits) throws IOException {
        int mask = prefixBits == 0 ? 0 : -1 << Integer.SIZE - prefixBits;
        byte[] raw = {(byte) (mask >> 24), (byte) (mask >> 16), (byte) (mask >> 8), (byte) mask};
        return (Inet4Address) InetAddress.getByAddress(raw);
    }
}
