// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What `ip link` and `ip address` do, for one interface: length of its queue, MTU, addresses, up.
final class InterfaceSettings implements AutoCloseable {
    private static final byte[] HOST_MASK = {(byte) 255, (byte) 255, (byte) 255, (byte) 255};
    private static final int IN6_IFREQ_LENGTH = 24;
    private static final int IN6_PREFIX_OFFSET = 16;
    private static final int IN6_INDEX_OFFSET = 20;
    private static final int HOST_PREFIX_BITS = 128;

    private final DeviceCalls calls;
    private final String name;
    private final int socket;

    /// Of the interface `name`; holds a socket until closed.
    InterfaceSettings(DeviceCalls calls, String name) throws IOException {
        this.calls = calls;
        this.name = name;
        socket = anySocket(calls);
    }

    /// A kernel may lack either family.
    private static int anySocket(DeviceCalls calls) throws IOException {
        int socket = calls.datagramSocket(SocketCalls.AF_INET);
        if (socket == -Errno.EAFNOSUPPORT) {
            socket = calls.datagramSocket(SocketCalls.AF_INET6);
        }
        if (socket < 0) {
            throw new NativeCallException("opening a socket to configure the interface", -socket);
        }
        return socket;
    }

    /// The interface's index.
    int index() throws IOException {
        InterfaceRequest request = new InterfaceRequest(name);
        call(socket, TunFlag.SIOCGIFINDEX, request, "asking for the index of " + name);
        return request.number();
    }

    /// The interface's MTU, bytes.
    int mtuBytes() throws IOException {
        InterfaceRequest request = new InterfaceRequest(name);
        call(socket, TunFlag.SIOCGIFMTU, request, "asking for the MTU of " + name);
        return request.number();
    }

    /// Sets the MTU.
    void mtuBytes(int bytes) throws IOException {
        call(
                socket,
                TunFlag.SIOCSIFMTU,
                new InterfaceRequest(name).number(bytes),
                "setting the MTU of " + name + " to " + bytes);
    }

    /// Makes the kernel's queue towards the device longer: a full one drops silently, and the default of 500
    /// overflows when many connections start at once.
    ///
    /// @return whether the kernel did so
    boolean tryQueueLength(int packets) {
        byte[] request = new InterfaceRequest(name).number(packets).structure();
        return calls.ioctl(socket, TunFlag.SIOCSIFTXQLEN, request) >= 0;
    }

    /// Sets the IPv4 address, /32.
    void ipv4(String text) throws IOException {
        if (!(literal(text, "tunnel.ipv4") instanceof Inet4Address address)) {
            throw new IOException("tunnel.ipv4 is no IPv4 address: " + text);
        }
        String what = "giving " + name + " the address " + text;
        call(socket, TunFlag.SIOCSIFADDR, new InterfaceRequest(name).address(address), what);
        Inet4Address mask = (Inet4Address) InetAddress.getByAddress(HOST_MASK);
        call(socket, TunFlag.SIOCSIFNETMASK, new InterfaceRequest(name).address(mask), what + "/32");
    }

    /// Adds the IPv6 address, /128; one that is there already is fine.
    void ipv6(String text) throws IOException {
        if (!(literal(text, "tunnel.ipv6") instanceof Inet6Address address)) {
            throw new IOException("tunnel.ipv6 is no IPv6 address: " + text);
        }
        String what = "giving " + name + " the address " + text + "/128";
        int ipv6Socket = calls.datagramSocket(SocketCalls.AF_INET6);
        if (ipv6Socket < 0) {
            throw new NativeCallException(what, -ipv6Socket);
        }
        try {
            // struct in6_ifreq: address, prefix length, index of the interface
            ByteBuffer request = ByteBuffer.allocate(IN6_IFREQ_LENGTH).order(ByteOrder.nativeOrder());
            request.put(0, address.getAddress());
            request.putInt(IN6_PREFIX_OFFSET, HOST_PREFIX_BITS);
            request.putInt(IN6_INDEX_OFFSET, index());
            int result = calls.ioctl(ipv6Socket, TunFlag.SIOCSIFADDR, request.array());
            if (result < 0 && result != -Errno.EEXIST) {
                throw new NativeCallException(what, -result);
            }
        } finally {
            calls.close(ipv6Socket);
        }
    }

    /// Brings the interface up.
    void up() throws IOException {
        InterfaceRequest request = new InterfaceRequest(name);
        call(socket, TunFlag.SIOCGIFFLAGS, request, "asking for the state of " + name);
        call(socket, TunFlag.SIOCSIFFLAGS, request.flags(request.flags() | TunFlag.IFF_UP), "bringing " + name + " up");
    }

    @Override
    public void close() {
        calls.close(socket);
    }

    private static InetAddress literal(String text, String key) throws IOException {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(key + " is no address: " + text, e);
        }
    }

    private void call(int descriptor, long number, InterfaceRequest request, String what) throws IOException {
        int result = calls.ioctl(descriptor, number, request.structure());
        if (result < 0) {
            throw new NativeCallException(what, -result);
        }
    }
}
