// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import java.util.List;
import java.util.Map;

/// SOCKS5 servers of Debian that run in a [Socks5Container].
///
/// Each has its own idea of how a connection ends and of what it says when one cannot be made; the reviewed table
/// of that is `docs/socks-servers.md`.
@SuppressWarnings("ImmutableEnumChecker") // both lists are made by List.of
public enum SocksProgram {
    /// Dante: a process per few dozen sessions; CONNECT and UDP ASSOCIATE.
    DANTE(List.of("danted"), Feature.PASSWORD, Feature.DATAGRAMS) {
        @Override
        List<String> command(boolean withPassword) {
            return List.of("danted", "-f", "/etc/danted.conf");
        }

        @Override
        Map<String, String> files(boolean withPassword) {
            return Map.of("etc/danted.conf", """
                    logoutput: stderr
                    errorlog: stderr
                    internal: 0.0.0.0 port = %1$d
                    internal: :: port = %1$d
                    external: eth0
                    clientmethod: none
                    socksmethod: %2$s
                    user.privileged: root
                    user.unprivileged: nobody
                    client pass { from: 0/0 to: 0/0 }
                    socks pass { from: 0/0 to: 0/0 }
                    """.formatted(Socks5Container.PORT, withPassword ? "username" : "none"));
        }
    },
    /// microsocks: a thread per session; CONNECT only.
    MICROSOCKS(List.of("microsocks"), Feature.PASSWORD) {
        @Override
        List<String> command(boolean withPassword) {
            String port = Integer.toString(Socks5Container.PORT);
            return withPassword
                    ? List.of(
                            "microsocks",
                            "-i",
                            "::",
                            "-p",
                            port,
                            "-u",
                            Socks5Container.USER,
                            "-P",
                            Socks5Container.PASSWORD)
                    : List.of("microsocks", "-i", "::", "-p", port);
        }
    },
    /// OpenSSH's `ssh -D`, with its own sshd behind it in the same container; CONNECT only, and a refusal is a
    /// closed connection.
    OPENSSH(List.of("ssh", "sshd", "dash", "ssh-keygen")) {
        @Override
        List<String> command(boolean withPassword) {
            // The key is made in the container: no image holds one, and no test a second's worth of it.
            String start = String.join(
                    " && ",
                    "ssh-keygen -q -t ed25519 -N '' -f /root/key",
                    "ssh-keygen -q -t ed25519 -N '' -f /root/host",
                    "/usr/sbin/sshd -o HostKey=/root/host -o AuthorizedKeysFile=/root/key.pub -o UsePAM=no"
                            + " -o StrictModes=no -o ListenAddress=127.0.0.1 -o PermitRootLogin=yes",
                    "exec ssh -N -D '*:" + Socks5Container.PORT
                            + "' -i /root/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
                            + " root@127.0.0.1");
            return List.of("dash", "-c", start);
        }

        @Override
        Map<String, String> files(boolean withPassword) {
            return Map.of("run/sshd/.keep", "", "root/.keep", "", "etc/ssh/sshd_config", "");
        }
    },
    /// shadowsocks-libev: the local server, which speaks SOCKS5, and the remote one behind it in the same
    /// container.
    SHADOWSOCKS(List.of("ss-local", "ss-server", "dash"), Feature.DATAGRAMS) {
        @Override
        List<String> command(boolean withPassword) {
            // not "::": bound to that, its relay of datagrams hears IPv6 only
            String shared = " -s 127.0.0.1 -p 8388 -k lab -m aes-256-gcm -u";
            return List.of(
                    "dash",
                    "-c",
                    "ss-server" + shared + " & exec ss-local -b 0.0.0.0 -l " + Socks5Container.PORT + shared);
        }
    },
    /// V2Ray's SOCKS5 entrance with nothing but a way out behind it; CONNECT and UDP ASSOCIATE.
    V2RAY(List.of("v2ray"), Feature.PASSWORD, Feature.DATAGRAMS) {
        @Override
        List<String> command(boolean withPassword) {
            return List.of("v2ray", "-config", "/etc/v2ray.json");
        }

        @Override
        Map<String, String> files(boolean withPassword) {
            String accounts = "\"accounts\": [{\"user\": \"%s\", \"pass\": \"%s\"}],"
                    .formatted(Socks5Container.USER, Socks5Container.PASSWORD);
            return Map.of("etc/v2ray.json", """
                    {"log": {"loglevel": "warning"},
                     "policy": {"levels": {"0": {"connIdle": 8}}},
                     "inbounds": [{"listen": "::", "port": %d, "protocol": "socks",
                       "settings": {"auth": "%s", %s "udp": true, "ip": "0.0.0.0"}}],
                     "outbounds": [{"protocol": "freedom"}]}
                    """.formatted(
                            Socks5Container.PORT, withPassword ? "password" : "noauth", withPassword ? accounts : ""));
        }
    };

    /// What a server can do besides CONNECT.
    private enum Feature {
        PASSWORD,
        DATAGRAMS
    }

    private final List<String> programs;
    private final List<Feature> features;

    SocksProgram(List<String> programs, Feature... features) {
        this.programs = programs;
        this.features = List.of(features);
    }

    /// Whether it can demand user and password (RFC 1929).
    public boolean canDemandPassword() {
        return features.contains(Feature.PASSWORD);
    }

    /// Whether it relays datagrams (RFC 1928 §7).
    public boolean relaysDatagrams() {
        return features.contains(Feature.DATAGRAMS);
    }

    /// The largest datagram that the tests may expect back, bytes.
    int largestDatagram() {
        return switch (this) {
            case DANTE, MICROSOCKS, OPENSSH -> 8000;
            // relays nothing larger than what fits an Ethernet packet together with its own header
            case SHADOWSOCKS -> 1300;
            // cuts what does not fit a buffer of 2 KiB
            case V2RAY -> 1400;
        };
    }

    /// Programs that must be installed; the first one gives the version.
    List<String> programs() {
        return programs;
    }

    abstract List<String> command(boolean withPassword);

    /// Files of the image besides programs, by path without the first slash.
    Map<String, String> files(boolean withPassword) {
        return Map.of();
    }
}
