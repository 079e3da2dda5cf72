// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.TunSettings;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The addresses that names are mapped to, numbered by *slots* from 0 on without gaps. A slot has an address in
/// each family, with the same host part.
///
/// Some addresses have no slot: the first and the last one of the range, which no host may have, and those of the
/// tunnel
/// itself. Addresses have the form of flow keys. Immutable.
final class MappedNetwork {
    /// No slot has the address.
    static final int NO_SLOT = -1;

    private static final int IPV4_BITS = 32;
    private static final long IPV4_PREFIX = 0xffff;

    private final int mask;
    private final HostBits hosts;
    private final int network;
    private final boolean hasIpv6;
    private final long network6High;
    private final long network6Low;
    private final int[] reservedHosts;
    private final int slots;

    /// The range of a configuration with a netmask of at least one bit.
    MappedNetwork(MapDnsSettings settings, TunSettings tunnel) {
        mask = ipv4Bits(settings.netmask());
        hosts = new HostBits(mask);
        network = ipv4Bits(settings.network()) & mask;
        hasIpv6 = settings.network6().isPresent();
        ByteBuffer network6 = ipv6Bytes(settings.network6().orElse("::"));
        network6High = network6.getLong(0);
        network6Low = network6.getLong(Long.BYTES);
        int lastHost = hosts.last();
        Set<Integer> reserved = new TreeSet<>();
        reserved.add(0);
        reserved.add(lastHost);
        addHost(reserved, Optional.of(settings.address()));
        addHost(reserved, tunnel.ipv4());
        addHost(reserved, settings.address6());
        addHost(reserved, tunnel.ipv6());
        reservedHosts = reserved.stream().mapToInt(host -> host).toArray();
        slots = lastHost + 1 - reservedHosts.length;
    }

    /// How many slots there are.
    int slots() {
        return slots;
    }

    /// Whether names have IPv6 addresses as well.
    boolean hasIpv6() {
        return hasIpv6;
    }

    /// The slot that an address belongs to, or [#NO_SLOT]. Addresses outside of the range have none, whatever their
    /// lower bits are.
    int slotOf(long high, long low) {
        if (high == 0 && low >>> IPV4_BITS == IPV4_PREFIX) {
            return slotOfIpv4((int) low);
        }
        boolean isInside = hasIpv6 && high == network6High && low >>> IPV4_BITS == network6Low >>> IPV4_BITS;
        return isInside ? slotOfHost((int) low) : NO_SLOT;
    }

    /// The slot that an IPv4 address belongs to, or [#NO_SLOT].
    int slotOfIpv4(int address) {
        return (address & mask) == network ? slotOfHost(hosts.numberOf(address)) : NO_SLOT;
    }

    /// The IPv4 address of a slot.
    int ipv4(int slot) {
        return network | hosts.bitsOf(hostOf(slot));
    }

    /// The upper half of the IPv6 address of every slot.
    long ipv6High() {
        return network6High;
    }

    /// The lower half of the IPv6 address of a slot.
    long ipv6Low(int slot) {
        return network6Low | hostOf(slot);
    }

    private int hostOf(int slot) {
        int host = slot;
        for (int reserved : reservedHosts) {
            if (reserved <= host) {
                host++;
            }
        }
        return host;
    }

    private int slotOfHost(int host) {
        int slot = host;
        for (int reserved : reservedHosts) {
            if (reserved == host) {
                return NO_SLOT;
            }
            if (reserved < host) {
                slot--;
            }
        }
        return host >= 0 && slot < slots ? slot : NO_SLOT;
    }

    /// Takes out the host part of an address, if it lies in the range and the text is one at all.
    private void addHost(Set<Integer> reserved, Optional<String> address) {
        if (address.isEmpty()) {
            return;
        }
        byte[] raw = InetAddress.ofLiteral(address.get()).getAddress();
        if (raw.length == Integer.BYTES) {
            int bits = ByteBuffer.wrap(raw).getInt();
            if ((bits & mask) == network) {
                reserved.add(hosts.numberOf(bits));
            }
        } else if (hasIpv6) {
            ByteBuffer bytes = ByteBuffer.wrap(raw);
            boolean isInside = bytes.getLong(0) == network6High && bytes.getInt(8) == (int) (network6Low >>> IPV4_BITS);
            int host = bytes.getInt(12);
            if (isInside && host >= 0 && host <= hosts.last()) {
                reserved.add(host);
            }
        }
    }

    private static int ipv4Bits(String address) {
        return ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress()).getInt();
    }

    private static ByteBuffer ipv6Bytes(String address) {
        return ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress());
    }
}
