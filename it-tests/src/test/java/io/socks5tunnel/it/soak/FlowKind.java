// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.names.LabResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/// What an application of a soak does from one socket's beginning to its end.
enum FlowKind {
    /// A browser's connection: pages of 1 to 200 KB with pauses.
    PAGES {
        @Override
        long run(RandomGenerator random) throws IOException, InterruptedException {
            return connections(random).browse();
        }
    },
    /// The same to a host whose address the tunnel gives.
    PAGES_BY_NAME {
        @Override
        long run(RandomGenerator random) throws IOException, InterruptedException {
            InetAddress mapped = new SoakDatagrams(random).lookUp(SoakLab.MAPDNS, SoakLab.NAME);
            return new SoakConnections(random, mapped).browse();
        }
    },
    /// A download of 1 to 12 MB.
    DOWNLOAD {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).download();
        }
    },
    /// An upload of as much.
    UPLOAD {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).upload();
        }
    },
    /// A download by somebody who reads 400 KB/s, with a small window.
    SLOW_READER {
        @Override
        long run(RandomGenerator random) throws IOException, InterruptedException {
            return connections(random).readSlowly();
        }
    },
    /// The client closes its half first.
    HALF_CLOSE {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).closeHalf();
        }
    },
    /// The server resets at the end.
    RESET_BY_SERVER {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).isReset();
        }
    },
    /// The client resets in the middle.
    RESET_BY_CLIENT {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).reset();
        }
    },
    /// Connects and closes.
    CONNECT_ONLY {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).connectOnly();
        }
    },
    /// Wants a port where nobody listens, and must be refused.
    REFUSED {
        @Override
        long run(RandomGenerator random) throws IOException {
            return connections(random).isRefused();
        }
    },
    /// A query to the tunnel's own names.
    NAME {
        @Override
        long run(RandomGenerator random) throws IOException {
            String name = "host" + random.nextInt(20_000) + ".soak.example";
            InetAddress mapped = new SoakDatagrams(random).lookUp(SoakLab.MAPDNS, name);
            if (!mapped.getHostAddress().startsWith(SoakLab.MAPPED)) {
                throw new WrongBytesException("a name has the address " + mapped.getHostAddress());
            }
            return 0;
        }
    },
    /// A query to a resolver behind the tunnel.
    DNS {
        @Override
        long run(RandomGenerator random) throws IOException {
            return new SoakDatagrams(random)
                    .ask(
                            new InetSocketAddress(AddressFamily.IPV4.destination(), SoakLab.RESOLVER_PORT),
                            LabResolver.BY_UDP);
        }
    },
    /// Bursts of datagrams as large as QUIC's, each of which is acknowledged.
    BURSTS {
        @Override
        long run(RandomGenerator random) throws IOException, InterruptedException {
            return new SoakDatagrams(random)
                    .burst(new InetSocketAddress(family(random).destination(), SoakLab.ECHO_PORT));
        }
    };

    /// @return payload bytes
    abstract long run(RandomGenerator random) throws IOException, InterruptedException;

    private static SoakConnections connections(RandomGenerator random) {
        return new SoakConnections(random, InetAddress.ofLiteral(family(random).destination()));
    }

    private static AddressFamily family(RandomGenerator random) {
        return random.nextBoolean() ? AddressFamily.IPV4 : AddressFamily.IPV6;
    }
}
