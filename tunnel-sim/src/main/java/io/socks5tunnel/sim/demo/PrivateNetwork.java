// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.HostNetwork;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// A real TUN device in a network namespace that this process has to itself, and the kernel's TCP as the client.
///
/// The launcher makes the namespace, since a running Java cannot move all of its threads into one; it ends with the
/// process, and whatever was set up in it.
final class PrivateNetwork implements DemoNetwork {
    private static final String LOOPBACK = "lo";

    private final Tunnel tunnel;

    private PrivateNetwork(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /// Makes the loopback addresses usable.
    ///
    /// @throws IOException with a message for the user, also if this network does not look private: the routes of
    ///     a host must never be touched
    static void prepare() throws IOException {
        Optional<String> foreign =
                interfaces().filter(name -> !name.equals(LOOPBACK)).findFirst();
        if (foreign.isPresent()) {
            throw new IOException("this network is not private: it has the interface " + foreign.get());
        }
        hostNetwork().bringUp(LOOPBACK);
    }

    /// Starts a tunnel and routes a network into it.
    ///
    /// @throws IOException with a message for the user; nothing is left running then
    static PrivateNetwork open(TunnelConfig config, Inet4Address network, int prefixBits) throws IOException {
        Tunnel tunnel = Tunnel.builder(config).start();
        try {
            hostNetwork().addRoute(network, prefixBits, tunnel.deviceName());
            return new PrivateNetwork(tunnel);
        } catch (IOException e) {
            tunnel.close();
            throw e;
        }
    }

    @Override
    public ByteChannel connect(InetSocketAddress destination) throws IOException {
        return SocketChannel.open(destination);
    }

    @Override
    public Tunnel tunnel() {
        return tunnel;
    }

    @Override
    public void close() throws IOException {
        tunnel.close();
    }

    /// Names of the interfaces that have an address.
    private static Stream<String> interfaces() {
        try {
            return NetworkInterface.networkInterfaces().map(NetworkInterface::getName);
        } catch (SocketException e) {
            // thrown where there is none at all, as in a fresh namespace
            return Stream.empty();
        }
    }

    private static HostNetwork hostNetwork() throws IOException {
        return ServiceLoader.load(HostNetwork.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(HostNetwork::isSupported)
                .findFirst()
                .orElseThrow(() -> new IOException("nothing here can set up a network on this system"));
    }
}
