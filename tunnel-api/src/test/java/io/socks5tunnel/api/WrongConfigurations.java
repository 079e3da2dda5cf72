// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static io.socks5tunnel.api.Mistake.Outcome.INFORMED;
import static io.socks5tunnel.api.Mistake.Outcome.REFUSED;
import static io.socks5tunnel.api.Mistake.Outcome.WARNED;

import java.util.List;

/// Mistakes that people make, what hev-socks5-tunnel 2.16.0 does with them, and what has to happen here. That it
/// starts or ends with 254 was seen with the program for each of them; what else is said of it was read in its
/// source.
final class WrongConfigurations {
    private static final String SERVER = "socks5: {port: 1080, address: 127.0.0.1}\n";

    private static final String IGNORED = "starts, silent";
    private static final String FAILS_LATER = "starts; every connection fails";
    private static final String EXIT = "exit 254";
    private static final String EXIT_SILENT = "exit 254 without a message";

    static final List<Mistake> REFUSALS = List.of(
            new Mistake("empty file", "", EXIT_SILENT, REFUSED, "empty: nothing is configured"),
            new Mistake(
                    "a list instead of sections",
                    "- tunnel\n- socks5\n",
                    EXIT_SILENT,
                    REFUSED,
                    "line 1, column 1: no configuration: sections with keys are expected"),
            new Mistake(
                    "indented with a tab",
                    "tunnel:\n\tmtu: 1500\n",
                    EXIT + ", file cannot be parsed",
                    REFUSED,
                    "line 2, column 1: no YAML: found character '\\t(TAB)' that cannot start any token."
                            + " (Do not use \\t(TAB) for indentation) while scanning for the next token"),
            new Mistake(
                    "a quote that does not end",
                    SERVER + "tunnel:\n  name: 'tun0\n",
                    EXIT + ", file cannot be parsed",
                    REFUSED,
                    "line 4, column 1: no YAML: found unexpected end of stream while scanning a quoted scalar"),
            new Mistake(
                    "an alias of nothing: `address: *proxy`",
                    "socks5:\n  port: 1080\n  address: *proxy\n",
                    EXIT + ", file cannot be parsed",
                    REFUSED,
                    "line 3, column 12: no YAML: * refers to an anchor that does not exist"),
            new Mistake(
                    "section with all its keys commented out",
                    SERVER + "mapdns:\n#  port: 53\n",
                    EXIT_SILENT,
                    REFUSED,
                    "line 2, column 1: mapdns holds no keys; leave the section out altogether if it shall be empty"),
            new Mistake(
                    "`socks5` without port",
                    "socks5:\n  address: 127.0.0.1\n",
                    EXIT + ", port missing",
                    REFUSED,
                    "line 1, column 1: socks5.port is missing in this section; allowed: number, 1 to 65535"),
            new Mistake(
                    "`socks5` without address",
                    "tunnel:\n  mtu: 1500\nsocks5:\n  port: 1080\n",
                    EXIT + ", address missing",
                    REFUSED,
                    "line 3, column 1: socks5.address is missing in this section;"
                            + " allowed: IPv4 address, IPv6 address or host name"),
            new Mistake(
                    "a further `socks5` section with a user only",
                    SERVER + "socks5: {port: 1080, address: 127.0.0.1, username: u}\n",
                    EXIT + ", user or password missing",
                    REFUSED,
                    "line 2, column 1: socks5.password is missing:"
                            + " user name and password go together or not at all"),
            new Mistake(
                    "a further `socks5` section without address",
                    SERVER + "socks5:\n  port: 1081\n",
                    EXIT + ", address missing",
                    REFUSED,
                    "line 2, column 1: socks5.address is missing in this section;"
                            + " allowed: IPv4 address, IPv6 address or host name"),
            new Mistake(
                    "`port: socks`",
                    "socks5:\n  port: socks\n  address: 127.0.0.1\n",
                    "starts with port 0; every connection fails",
                    REFUSED,
                    "line 2, column 9: socks5.port \"socks\" is not a number; allowed: number, 1 to 65535"),
            new Mistake(
                    "`port: 70000`",
                    "socks5:\n  port: 70000\n  address: 127.0.0.1\n",
                    "starts with port 4464",
                    REFUSED,
                    "line 2, column 9: socks5.port \"70000\" is out of range; allowed: number, 1 to 65535"),
            new Mistake(
                    "`port: -1`",
                    "socks5:\n  port: -1\n  address: 127.0.0.1\n",
                    "starts with port 65535",
                    REFUSED,
                    "line 2, column 9: socks5.port \"-1\" is out of range; allowed: number, 1 to 65535"),
            new Mistake(
                    "`port` without value",
                    "socks5:\n  port:\n  address: 127.0.0.1\n",
                    "starts with port 0; every connection fails",
                    REFUSED,
                    "line 2, column 8: socks5.port has no value; allowed: number, 1 to 65535"),
            new Mistake(
                    "`port: [1080]`",
                    "socks5:\n  port: [1080]\n  address: 127.0.0.1\n",
                    EXIT + ", port missing",
                    REFUSED,
                    "line 2, column 9: socks5.port takes a single value; allowed: number, 1 to 65535"),
            new Mistake(
                    "`address: 127.0.0.1:1080`",
                    "socks5:\n  port: 1080\n  address: 127.0.0.1:1080\n",
                    FAILS_LATER,
                    REFUSED,
                    "line 3, column 12: socks5.address \"127.0.0.1:1080\" is no address (a port has a key of its own,"
                            + " and IPv6 takes no brackets); allowed: IPv4 address, IPv6 address or host name"),
            new Mistake(
                    "`address: 10.0.0.256`",
                    "socks5:\n  port: 1080\n  address: 10.0.0.256\n",
                    FAILS_LATER,
                    REFUSED,
                    "line 3, column 12: socks5.address \"10.0.0.256\" is no IPv4 address;"
                            + " allowed: IPv4 address, IPv6 address or host name"),
            new Mistake(
                    "`address: ''`",
                    "socks5:\n  port: 1080\n  address: ''\n",
                    FAILS_LATER,
                    REFUSED,
                    "line 3, column 12: socks5.address has no value;"
                            + " allowed: IPv4 address, IPv6 address or host name"),
            new Mistake(
                    "user name without password",
                    "socks5:\n  port: 1080\n  address: 127.0.0.1\n  username: u\n",
                    EXIT + ", user or password missing",
                    REFUSED,
                    "line 1, column 1: socks5.password is missing:"
                            + " user name and password go together or not at all"),
            new Mistake(
                    "password without user name",
                    "socks5:\n  port: 1080\n  address: 127.0.0.1\n  password: p\n",
                    EXIT + ", user or password missing",
                    REFUSED,
                    "line 1, column 1: socks5.username is missing:"
                            + " user name and password go together or not at all"),
            new Mistake(
                    "password of 256 bytes",
                    "socks5:\n  port: 1080\n  address: 127.0.0.1\n  username: u\n  password: " + "p".repeat(256) + "\n",
                    "starts with the first 255; the login fails",
                    REFUSED,
                    "line 5, column 13: socks5.password is longer than the 255 bytes of RFC 1929;"
                            + " allowed: text, 1 to 255 bytes"),
            new Mistake(
                    "`mark: high`",
                    "socks5:\n  port: 1080\n  address: 127.0.0.1\n  mark: high\n",
                    "starts without a mark",
                    REFUSED,
                    "line 4, column 9: socks5.mark \"high\" is not a number;"
                            + " allowed: number, 0 to 4294967295, any base"),
            new Mistake(
                    "`mtu: big`",
                    SERVER + "tunnel:\n  mtu: big\n",
                    EXIT,
                    REFUSED,
                    "line 3, column 8: tunnel.mtu \"big\" is not a number; allowed: bytes, 68 to 65535"),
            new Mistake(
                    "`mtu: 67`",
                    SERVER + "tunnel:\n  mtu: 67\n",
                    EXIT,
                    REFUSED,
                    "line 3, column 8: tunnel.mtu \"67\" is out of range; allowed: bytes, 68 to 65535"),
            new Mistake(
                    "`mtu: 65536`",
                    SERVER + "tunnel:\n  mtu: 65536\n",
                    EXIT,
                    REFUSED,
                    "line 3, column 8: tunnel.mtu \"65536\" is out of range; allowed: bytes, 68 to 65535"),
            new Mistake(
                    "interface name of 16 bytes",
                    SERVER + "tunnel:\n  name: tunnel-to-prague\n",
                    "starts with the first 15 bytes as name",
                    REFUSED,
                    "line 3, column 9: tunnel.name \"tunnel-to-prague\" is longer than the kernel's 15 bytes;"
                            + " allowed: name, at most 15 bytes"),
            new Mistake(
                    "interface name with a slash",
                    SERVER + "tunnel:\n  name: tun/0\n",
                    EXIT,
                    REFUSED,
                    "line 3, column 9: tunnel.name \"tun/0\" is no name that the kernel takes:"
                            + " no space, no slash, no colon; allowed: name, at most 15 bytes"),
            new Mistake(
                    "`mapdns.port: 65589`",
                    SERVER + "mapdns:\n  port: 65589\n",
                    "starts with port 53",
                    REFUSED,
                    "line 3, column 9: mapdns.port \"65589\" is out of range; allowed: number, 0 to 65535"),
            new Mistake(
                    "`cache-size` larger than the range",
                    SERVER + "mapdns: {port: 53, netmask: 255.255.255.0, cache-size: 10000}\n",
                    EXIT_SILENT,
                    REFUSED,
                    "line 2, column 56: mapdns.cache-size \"10000\" is more than mapdns.netmask 255.255.255.0"
                            + " leaves room for; allowed: up to 255"),
            new Mistake(
                    "`cache-size` without `netmask`",
                    SERVER + "mapdns:\n  port: 53\n  cache-size: 10000\n",
                    EXIT_SILENT,
                    REFUSED,
                    "line 4, column 15: mapdns.cache-size \"10000\" is more than mapdns.netmask 0.0.0.0"
                            + " leaves room for; allowed: up to 0"),
            new Mistake(
                    "own key: `network6: fc00::1`",
                    SERVER + "mapdns:\n  network6: 'fc00::1'\n",
                    "does not know the key",
                    REFUSED,
                    "line 3, column 13: mapdns.network6 \"fc00::1\" is not the first address of a /96 of unicast"
                            + " addresses; allowed: IPv6 address that ends in 32 zero bits"),
            new Mistake(
                    "own key: `redirect` without `resolver`",
                    SERVER + "dns:\n  redirect: any\n",
                    "does not know the section",
                    REFUSED,
                    "line 3, column 13: dns.redirect needs dns.resolver: where to?; allowed: IPv4 or IPv6 address, with"
                            + " or without a port: `192.0.2.1:53`, `[2001:db8::1]:53`"),
            new Mistake(
                    "own key: `redirect: 8.8.8.8, dns.google`",
                    SERVER + "dns:\n  redirect: 8.8.8.8, dns.google\n",
                    "does not know the section",
                    REFUSED,
                    "line 3, column 13: dns.redirect \"8.8.8.8, dns.google\" holds \"dns.google\", which is no address;"
                            + " allowed: `any`, or IPv4 and IPv6 addresses with commas between them"),
            new Mistake(
                    "own key: `resolver: 192.0.2.1:0`",
                    SERVER + "dns:\n  resolver: 192.0.2.1:0\n",
                    "does not know the section",
                    REFUSED,
                    "line 3, column 13: dns.resolver \"192.0.2.1:0\" is no address with or without a port; allowed:"
                            + " IPv4 or IPv6 address, with or without a port: `192.0.2.1:53`, `[2001:db8::1]:53`"),
            new Mistake(
                    "own key: `offload: maybe`",
                    SERVER + "tunnel:\n  offload: maybe\n",
                    "does not know the key",
                    REFUSED,
                    "line 3, column 12: tunnel.offload \"maybe\" is not known; allowed: `auto` or `off`"),
            new Mistake(
                    "own key: `workers: 4 threads`",
                    SERVER + "threads:\n  workers: 4 threads\n",
                    "does not know the key",
                    REFUSED,
                    "line 3, column 12: threads.workers \"4 threads\" is read as 4:"
                            + " what follows the number is ignored; allowed: threads, 0 to 256"),
            new Mistake(
                    "own key: `min-workers: -1`",
                    SERVER + "threads:\n  min-workers: -1\n",
                    "does not know the key",
                    REFUSED,
                    "line 3, column 16: threads.min-workers \"-1\" is out of range; allowed: threads, 0 to 256"),
            new Mistake(
                    "own key: `affinity: 3-0`",
                    SERVER + "threads:\n  affinity: 3-0\n",
                    "does not know the key",
                    REFUSED,
                    "line 3, column 13: threads.affinity \"3-0\" is no list of CPUs: numbers up to 8191, ranges upwards,"
                            + " none of them twice; allowed: `auto`, `off`, or CPU numbers and ranges with commas"
                            + " between them: `0-3,8`"));

    static final List<Mistake> REMARKS = List.of(
            new Mistake(
                    "no `socks5` section",
                    "tunnel:\n  mtu: 1500\n",
                    FAILS_LATER,
                    WARNED,
                    "there is no socks5 section, so every connection will be refused"),
            new Mistake(
                    "`ipv4: 198.18.0.256`",
                    SERVER + "tunnel:\n  ipv4: 198.18.0.256\n",
                    IGNORED + "; no address",
                    WARNED,
                    "line 3, column 9: tunnel.ipv4 \"198.18.0.256\" is no IPv4 address, it is ignored;"
                            + " allowed: IPv4 address"),
            new Mistake(
                    "`ipv4: 198.18.0.1/15`",
                    SERVER + "tunnel:\n  ipv4: 198.18.0.1/15\n",
                    IGNORED + "; no address",
                    WARNED,
                    "line 3, column 9: tunnel.ipv4 \"198.18.0.1/15\" is no IPv4 address"
                            + " (it is written without a prefix length), it is ignored; allowed: IPv4 address"),
            new Mistake(
                    "`ipv6: fc00:1`",
                    SERVER + "tunnel:\n  ipv6: fc00:1\n",
                    IGNORED + "; no address",
                    WARNED,
                    "line 3, column 9: tunnel.ipv6 \"fc00:1\" is no IPv6 address, it is ignored;"
                            + " allowed: IPv6 address"),
            new Mistake(
                    "old form with gateway",
                    SERVER + "tunnel:\n  ipv4:\n    address: 198.18.0.1\n    gateway: 198.18.0.2\n",
                    IGNORED + "; gateway unused",
                    WARNED,
                    "line 5, column 5: only the address of tunnel.ipv4 counts; this is ignored"),
            new Mistake(
                    "`icmp: on`",
                    SERVER + "tunnel:\n  icmp: on\n",
                    IGNORED + "; off",
                    WARNED,
                    "line 3, column 9: tunnel.icmp \"on\" is not known, off is used; allowed: `off` or `reply`"),
            new Mistake(
                    "`mtu: 1500 bytes`",
                    SERVER + "tunnel:\n  mtu: 1500 bytes\n",
                    IGNORED + "; 1500",
                    WARNED,
                    "line 3, column 8: tunnel.mtu \"1500 bytes\" is read as 1500:"
                            + " what follows the number is ignored"),
            new Mistake(
                    "`udp: both`",
                    SERVER.replace("}", ", udp: both}"),
                    IGNORED + "; UDP-in-TCP",
                    WARNED,
                    "line 1, column 47: socks5.udp \"both\" is not known, it is ignored; allowed: `udp` or `tcp`"),
            new Mistake(
                    "`udp-address: 10.0.0.1:1080`",
                    SERVER.replace("}", ", udp-address: '10.0.0.1:1080'}"),
                    "starts; every UDP session fails",
                    WARNED,
                    "line 1, column 55: socks5.udp-address \"10.0.0.1:1080\" is no address (a port has a key of its"
                            + " own, and IPv6 takes no brackets), it is ignored;"
                            + " allowed: IPv4 address, IPv6 address or host name"),
            new Mistake(
                    "`pipeline: yes`",
                    SERVER.replace("}", ", pipeline: yes}"),
                    IGNORED + "; false",
                    WARNED,
                    "line 1, column 52: socks5.pipeline \"yes\" is not known, false is used;"
                            + " allowed: `false` or `true`"),
            new Mistake(
                    "`tcp-fastopen: 1`",
                    SERVER.replace("}", ", tcp-fastopen: 1}"),
                    IGNORED + "; false",
                    WARNED,
                    "line 1, column 56: socks5.tcp-fastopen \"1\" is not known, false is used;"
                            + " allowed: `false` or `true`"),
            new Mistake(
                    "empty user name and password",
                    SERVER.replace("}", ", username: '', password: ''}"),
                    IGNORED + "; sends them empty",
                    WARNED,
                    "line 1, column 52: socks5.username is empty, which RFC 1929 does not allow and servers may"
                            + " refuse"),
            new Mistake(
                    "`mark` without value",
                    "socks5:\n  port: 1080\n  address: 127.0.0.1\n  mark:\n",
                    IGNORED + "; 0",
                    WARNED,
                    "line 4, column 8: socks5.mark \"\" has no value and is read as 0"),
            new Mistake(
                    "`mapdns.network: 100.64.0.0/10`",
                    SERVER + "mapdns:\n  network: 100.64.0.0/10\n",
                    IGNORED + "; 0.0.0.0",
                    WARNED,
                    "line 3, column 12: mapdns.network \"100.64.0.0/10\" is no IPv4 address (it is written without a"
                            + " prefix length), 0.0.0.0 is used; allowed: IPv4 address"),
            new Mistake(
                    "mapdns without port",
                    SERVER + "mapdns: {netmask: 255.192.0.0, cache-size: 10000}\n",
                    IGNORED + "; no query is answered",
                    WARNED,
                    "line 2, column 44: mapdns has no port, so no query will reach it; usual: 53"),
            new Mistake(
                    "`connect-timeout: 10s`",
                    SERVER + "misc:\n  connect-timeout: 10s\n",
                    IGNORED + "; 10 ms",
                    WARNED,
                    "line 3, column 20: misc.connect-timeout \"10s\" is read as 10:"
                            + " what follows the number is ignored"),
            new Mistake(
                    "`tcp-buffer-size: 64k`",
                    SERVER + "misc:\n  tcp-buffer-size: 64k\n",
                    IGNORED + "; 64 bytes",
                    WARNED,
                    "line 3, column 20: misc.tcp-buffer-size \"64k\" is read as 64:"
                            + " what follows the number is ignored"),
            new Mistake(
                    "`max-session-count: many`",
                    SERVER + "misc:\n  max-session-count: many\n",
                    IGNORED + "; 0",
                    WARNED,
                    "line 3, column 22: misc.max-session-count \"many\" is not a number, 0 is used;"
                            + " allowed: flows, from 0"),
            new Mistake(
                    "`tcp-read-write-timeout: -1`",
                    SERVER + "misc:\n  tcp-read-write-timeout: -1\n",
                    IGNORED + "; 300000",
                    WARNED,
                    "line 3, column 27: misc.tcp-read-write-timeout \"-1\" is out of range, 300000 is used;"
                            + " allowed: ms, from 1"),
            new Mistake(
                    "`udp-read-write-timeout` without value",
                    SERVER + "misc:\n  udp-read-write-timeout:\n",
                    IGNORED + "; 60000",
                    WARNED,
                    "line 3, column 26: misc.udp-read-write-timeout \"\" has no value, 60000 is used;"
                            + " allowed: ms, from 1"),
            new Mistake(
                    "`log-level: INFO`",
                    SERVER + "misc:\n  log-level: INFO\n",
                    IGNORED + "; warn",
                    WARNED,
                    "line 3, column 14: misc.log-level \"INFO\" is not known, warn is used;"
                            + " allowed: `debug` or `info` or `warn` or `error`"),
            new Mistake(
                    "`tcp_buffer_size`",
                    SERVER + "misc:\n  tcp_buffer_size: 65536\n",
                    IGNORED,
                    WARNED,
                    "line 3, column 3: unknown key \"tcp_buffer_size\" of misc is ignored;"
                            + " did you mean tcp-buffer-size?"),
            new Mistake(
                    "`misc.mark`",
                    SERVER + "misc:\n  mark: 438\n",
                    IGNORED,
                    WARNED,
                    "line 3, column 3: unknown key \"mark\" of misc is ignored; it belongs to socks5"),
            new Mistake(
                    "`MTU`",
                    SERVER + "tunnel:\n  MTU: 1500\n",
                    IGNORED + "; 8500",
                    WARNED,
                    "line 3, column 3: unknown key \"MTU\" of tunnel is ignored; did you mean mtu?"),
            new Mistake(
                    "unknown section `mapdn`",
                    SERVER + "mapdn:\n  port: 53\n",
                    IGNORED,
                    WARNED,
                    "line 2, column 1: unknown section \"mapdn\" is ignored; did you mean mapdns?"),
            new Mistake(
                    "key without section",
                    SERVER + "mtu: 1500\n",
                    IGNORED,
                    WARNED,
                    "line 2, column 1: unknown section \"mtu\" is ignored; as a key it belongs under tunnel"),
            new Mistake(
                    "a list as value, with keys after it",
                    SERVER + "misc:\n  log-file: [a, b]\n  log-level: info\n",
                    IGNORED + "; the rest of the section is lost",
                    WARNED,
                    "line 3, column 13: misc.log-file takes a single value and is ignored; the keys after it count"
                            + " here, but not for hev-socks5-tunnel"),
            new Mistake(
                    "a list as key",
                    SERVER + "misc:\n  ? [a, b]\n  : c\n  log-level: info\n",
                    IGNORED + "; the rest of the section is lost",
                    WARNED,
                    "line 3, column 5: this is no name of a key of misc and is ignored"),
            new Mistake(
                    "a list as section name",
                    SERVER + "? [a, b]\n: c\n",
                    IGNORED + "; the rest of the file is lost",
                    WARNED,
                    "line 2, column 3: this is no name of a section and is ignored"),
            new Mistake(
                    "a key given twice",
                    SERVER + "tunnel:\n  mtu: 1500\n  mtu: 9000\n",
                    IGNORED + "; the last one counts",
                    WARNED,
                    "line 4, column 3: tunnel.mtu is given twice in one section; this one counts"),
            new Mistake(
                    "a section given twice",
                    SERVER + "tunnel:\n  mtu: 1500\ntunnel:\n  mtu: 9000\n",
                    IGNORED + "; the last one counts",
                    INFORMED,
                    "line 4, column 1: a further tunnel section; its keys override those before"),
            new Mistake(
                    "`multi-queue: no`",
                    SERVER + "tunnel:\n  multi-queue: no\n",
                    "turns it on",
                    INFORMED,
                    "line 3, column 16: tunnel.multi-queue has no effect here."
                            + " One queue per worker is used where the kernel has them."),
            new Mistake(
                    "`task-stack-size: 1`",
                    SERVER + "misc:\n  task-stack-size: 1\n",
                    IGNORED + "; raised to what is needed",
                    INFORMED,
                    "line 3, column 20: misc.task-stack-size has no effect here. Flows have no stacks of their own."));

    private WrongConfigurations() {}
}
