// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.DnsSettings.Transport;
import io.socks5tunnel.stack.FlowKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/// Which queries are sent to another resolver than the client has asked, and to which. Addresses have the form of
/// flow keys. Immutable.
public final class DnsRedirect {
    /// The port that is meant.
    public static final int DNS_PORT = 53;

    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private final boolean isOn;
    private final boolean isAny;
    private final List<Address> redirected;
    private final Transport transport;
    private final InetSocketAddress resolver;
    private final Address resolverAddress;

    /// The redirection of a configuration, which may be none.
    public DnsRedirect(DnsSettings settings) {
        isOn = !settings.isOff();
        isAny = settings.redirectsAny();
        transport = settings.transport();
        redirected = settings.redirected().stream().map(Address::of).toList();
        resolver = isOn
                ? new InetSocketAddress(InetAddress.ofLiteral(settings.resolver()), settings.resolverPort())
                : NOWHERE;
        resolverAddress = Address.of(resolver.getAddress().getHostAddress());
    }

    /// Whether any query is redirected at all.
    public boolean isOn() {
        return isOn;
    }

    /// Whether queries to an address are.
    public boolean concerns(long high, long low, int port) {
        if (!isOn || port != DNS_PORT) {
            return false;
        }
        if (isAny) {
            return true;
        }
        for (int i = 0; i < redirected.size(); i++) {
            if (redirected.get(i).is(high, low)) {
                return true;
            }
        }
        return false;
    }

    /// Where to.
    public InetSocketAddress resolver() {
        return resolver;
    }

    /// Upper half of the resolver's address.
    public long resolverHigh() {
        return resolverAddress.high();
    }

    /// Lower half of the resolver's address.
    public long resolverLow() {
        return resolverAddress.low();
    }

    /// How those that came by UDP travel.
    public Transport transport() {
        return transport;
    }

    private record Address(long high, long low) {
        static Address of(String text) {
            ByteBuffer raw = ByteBuffer.wrap(InetAddress.ofLiteral(text).getAddress());
            return raw.capacity() == Integer.BYTES
                    ? new Address(0, FlowKey.mappedIpv4(raw.getInt()))
                    : new Address(raw.getLong(0), raw.getLong(Long.BYTES));
        }

        boolean is(long otherHigh, long otherLow) {
            return low == otherLow && high == otherHigh;
        }
    }
}
