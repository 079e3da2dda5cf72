// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import io.socks5tunnel.api.Socks5Settings.Credentials;
import io.socks5tunnel.api.ValueType.Anything;
import io.socks5tunnel.api.ValueType.Choice;
import io.socks5tunnel.api.ValueType.Numeric;
import io.socks5tunnel.api.ValueType.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Every key of a configuration: this table is what the reader, the printer, the search for misspelt keys and the
/// check of the documentation go by.
///
/// A row holds name, allowed values, default (empty for none), what an assembled configuration says, the meaning,
/// and traits.
@SuppressWarnings("ImmutableEnumChecker") // the parts are immutable, but their types cannot promise it
enum ConfigKey {
    NAME(
            "tunnel.name",
            new Text(TextRule.INTERFACE_NAME),
            "",
            c -> c.tunnel().name(),
            "Name of the TUN interface. Without it the kernel picks `tunN`; `%d` becomes a number. `sim:FILE` is no "
                    + "interface but a simulated device on which the clients of a packet capture are at work: see "
                    + "[captures.md](captures.md).",
            Trait.REFUSED),
    MTU(
            "tunnel.mtu",
            new Numeric(68, 65_535, "bytes", false),
            "8500",
            c -> String.valueOf(c.tunnel().mtuBytes()),
            "MTU of the TUN interface.",
            Trait.REFUSED),
    MULTI_QUEUE(
            "tunnel.multi-queue",
            new Anything(),
            "false",
            _ -> "",
            "One queue per worker is used where the kernel has them.",
            Trait.NO_EFFECT),
    IPV4(
            "tunnel.ipv4",
            new Text(TextRule.IPV4),
            "",
            c -> text(c.tunnel().ipv4()),
            "IPv4 address of the interface, set as /32."),
    IPV6(
            "tunnel.ipv6",
            new Text(TextRule.IPV6),
            "",
            c -> text(c.tunnel().ipv6()),
            "IPv6 address of the interface, set as /128."),
    ICMP(
            "tunnel.icmp",
            new Choice("off", "reply"),
            "off",
            c -> word(c.tunnel().icmp()),
            "`reply` answers echo requests in the tunnel itself, whatever their destination."),
    POST_UP_SCRIPT(
            "tunnel.post-up-script",
            new Text(TextRule.PATH),
            "",
            c -> text(c.tunnel().postUpScript()),
            "Started when the interface is up, with its name and index as arguments; not waited for."),
    PRE_DOWN_SCRIPT(
            "tunnel.pre-down-script",
            new Text(TextRule.PATH),
            "",
            c -> text(c.tunnel().preDownScript()),
            "Run before the interface goes down, with the same arguments; waited for."),
    OFFLOAD(
            "tunnel.offload",
            new Choice("auto", "off"),
            "auto",
            c -> word(c.tunnel().offload()),
            "`auto` asks the kernel for super-segments and checksum offload; `off` reads and writes plain packets.",
            Trait.OWN),
    TCP_REFUSAL(
            "tunnel.tcp-refusal",
            new Choice("exact", "reset"),
            "exact",
            c -> word(c.tunnel().tcpRefusal()),
            "How a refusal by the SOCKS server reaches the client: `exact` as the RST or ICMP error that fits, `reset` always as RST.",
            Trait.OWN),
    TCP_ACCEPT(
            "tunnel.tcp-accept",
            new Choice("after-connect", "immediate"),
            "after-connect",
            c -> word(c.tunnel().tcpAccept()),
            "When a client's connection is accepted: `after-connect` once the SOCKS server has connected, `immediate` at once, as hev-socks5-tunnel does.",
            Trait.OWN),
    PORT(
            "socks5.port",
            new Numeric(1, 65_535, "", false),
            "",
            c -> String.valueOf(c.socks5().port()),
            "Port of the SOCKS server.",
            Trait.REQUIRED,
            Trait.REFUSED),
    ADDRESS(
            "socks5.address",
            new Text(TextRule.HOST),
            "",
            c -> c.socks5().address(),
            "The SOCKS server. A name is looked up for every flow.",
            Trait.REQUIRED,
            Trait.REFUSED),
    UDP(
            "socks5.udp",
            new Choice("udp", "tcp"),
            "",
            c -> c.socks5().udp().map(ConfigKey::word).orElse(""),
            "How datagrams travel: `udp` by UDP ASSOCIATE, `tcp` by hev's UDP-in-TCP. Without it UDP-in-TCP, or UDP ASSOCIATE if the server does not know that."),
    UDP_ADDRESS(
            "socks5.udp-address",
            new Text(TextRule.HOST),
            "",
            c -> text(c.socks5().udpAddress()),
            "Replaces the address, not the port, in the server's reply to UDP ASSOCIATE."),
    PIPELINE(
            "socks5.pipeline",
            new Choice("false", "true"),
            "false",
            c -> String.valueOf(c.socks5().pipeline()),
            "Send greeting, login and request without waiting for the answers between them."),
    USERNAME(
            "socks5.username",
            new Text(TextRule.CREDENTIAL),
            "",
            c -> c.socks5().credentials().map(Credentials::username).orElse(""),
            "User name of RFC 1929; only together with a password.",
            Trait.REFUSED,
            Trait.SECRET),
    PASSWORD(
            "socks5.password",
            new Text(TextRule.CREDENTIAL),
            "",
            c -> c.socks5().credentials().map(Credentials::password).orElse(""),
            "Password of RFC 1929; only together with a user name.",
            Trait.REFUSED,
            Trait.SECRET),
    MARK(
            "socks5.mark",
            new Numeric(0, 4_294_967_295L, "", true),
            "0",
            c -> Integer.toUnsignedString(c.socks5().mark()),
            "`SO_MARK` of every connection to the SOCKS server, for policy routing; 0 sets none.",
            Trait.REFUSED),
    TCP_FASTOPEN(
            "socks5.tcp-fastopen",
            new Choice("false", "true"),
            "false",
            c -> String.valueOf(c.socks5().tcpFastOpen()),
            "TCP Fast Open towards the SOCKS server, where the system has it."),
    MAPDNS_ADDRESS(
            "mapdns.address",
            new Text(TextRule.IPV4),
            "0.0.0.0",
            c -> c.mapDns().address(),
            "DNS queries to this address are answered by the tunnel."),
    MAPDNS_PORT(
            "mapdns.port",
            new Numeric(0, 65_535, "", false),
            "0",
            c -> String.valueOf(c.mapDns().port()),
            "The port of those queries; it has to be given, usually 53.",
            Trait.REFUSED),
    MAPDNS_NETWORK(
            "mapdns.network",
            new Text(TextRule.IPV4),
            "0.0.0.0",
            c -> c.mapDns().network(),
            "First address of the range that names are mapped to."),
    MAPDNS_NETMASK(
            "mapdns.netmask",
            new Text(TextRule.IPV4),
            "0.0.0.0",
            c -> c.mapDns().netmask(),
            "Mask of that range."),
    MAPDNS_CACHE_SIZE(
            "mapdns.cache-size",
            new Numeric(0, Integer.MAX_VALUE, "", false),
            "0",
            c -> String.valueOf(c.mapDns().cacheSize()),
            "Names that are kept; not more than the range has addresses. 0 switches the section off.",
            Trait.REFUSED),
    MAPDNS_ADDRESS6(
            "mapdns.address6",
            new Text(TextRule.IPV6),
            "",
            c -> text(c.mapDns().address6()),
            "DNS queries to this address, at the same port, are answered as well.",
            Trait.OWN),
    MAPDNS_NETWORK6(
            "mapdns.network6",
            new Text(TextRule.IPV6_NETWORK),
            "",
            c -> text(c.mapDns().network6()),
            "First address of the /96 that names are also mapped to. Without it AAAA queries get no address.",
            Trait.OWN),
    MAPDNS_FILE(
            "mapdns.file",
            new Text(TextRule.PATH),
            "",
            c -> text(c.mapDns().file()),
            "Where names and their addresses are kept over a restart. Without it they are forgotten.",
            Trait.OWN),
    DNS_REDIRECT(
            "dns.redirect",
            new Text(TextRule.ANY_OR_ADDRESSES),
            "",
            c -> c.dns().redirectsAny() ? "any" : String.join(", ", c.dns().redirected()),
            "Whose DNS queries, those to port 53, are sent to `resolver` instead: `any` address or the listed ones.",
            Trait.OWN),
    DNS_RESOLVER(
            "dns.resolver",
            new Text(TextRule.ENDPOINT),
            "",
            c -> c.dns().resolver().isEmpty()
                    ? ""
                    : new EndpointText(c.dns().resolver(), c.dns().resolverPort()).toString(),
            "The resolver that the SOCKS server is asked to reach. Without a port 53.",
            Trait.OWN),
    DNS_TRANSPORT(
            "dns.transport",
            new Choice("auto", "udp", "tcp"),
            "auto",
            c -> word(c.dns().transport()),
            "How redirected queries that came by UDP travel: `auto` by UDP, and by TCP while the SOCKS server does not relay datagrams.",
            Trait.OWN),
    TASK_STACK_SIZE(
            "misc.task-stack-size",
            new Anything(),
            "86016",
            _ -> "",
            "Flows have no stacks of their own.",
            Trait.NO_EFFECT),
    TCP_BUFFER_SIZE(
            "misc.tcp-buffer-size",
            new Numeric(1, 16_777_216, "bytes", false),
            "65536",
            c -> String.valueOf(c.limits().tcpBufferBytes()),
            "What a TCP flow keeps of what goes to the client: less than the default is a limit; otherwise it is the beginning, and grows up to 4 MiB where the path needs it."),
    UDP_RECV_BUFFER_SIZE(
            "misc.udp-recv-buffer-size",
            new Numeric(1, Integer.MAX_VALUE, "bytes", false),
            "524288",
            c -> String.valueOf(c.limits().udpReceiveBufferBytes()),
            "`SO_RCVBUF` of UDP relay sockets."),
    UDP_COPY_BUFFER_NUMS(
            "misc.udp-copy-buffer-nums",
            new Numeric(1, 1024, "datagrams", false),
            "16",
            c -> String.valueOf(c.limits().udpBatchDatagrams()),
            "Datagrams per system call."),
    MAX_SESSION_COUNT(
            "misc.max-session-count",
            new Numeric(0, Integer.MAX_VALUE, "flows", false),
            "0",
            c -> String.valueOf(c.limits().maxSessionCount()),
            "TCP and UDP flows together; beyond it the one that was idle longest ends. 0 means no limit."),
    CONNECT_TIMEOUT(
            "misc.connect-timeout",
            new Numeric(1, Integer.MAX_VALUE, "ms", false),
            "10000",
            c -> String.valueOf(c.limits().connectTimeoutMillis()),
            "For connecting to the SOCKS server and its whole handshake."),
    READ_WRITE_TIMEOUT(
            "misc.read-write-timeout",
            new Numeric(1, Integer.MAX_VALUE, "ms", false),
            "",
            _ -> "",
            "Old key: stands for either of the next two where that one is absent.",
            Trait.OLD),
    TCP_READ_WRITE_TIMEOUT(
            "misc.tcp-read-write-timeout",
            new Numeric(1, Integer.MAX_VALUE, "ms", false),
            "300000",
            c -> String.valueOf(c.limits().tcpIdleMillis()),
            "TCP flows without a byte either way end after this."),
    UDP_READ_WRITE_TIMEOUT(
            "misc.udp-read-write-timeout",
            new Numeric(1, Integer.MAX_VALUE, "ms", false),
            "60000",
            c -> String.valueOf(c.limits().udpIdleMillis()),
            "UDP flows without a datagram either way end after this."),
    LOG_FILE(
            "misc.log-file",
            new Text(TextRule.LOG_TARGET),
            "stderr",
            c -> c.process().logFile(),
            "Where the log goes; `null` means nowhere."),
    LOG_LEVEL(
            "misc.log-level",
            new Choice(List.of("debug", "info", "warn", "error"), false),
            "warn",
            c -> word(c.process().logLevel()),
            "The least severe lines that are written."),
    PID_FILE(
            "misc.pid-file",
            new Text(TextRule.PATH),
            "",
            c -> text(c.process().pidFile()),
            "If given: detach from the terminal and write the process id there."),
    LIMIT_NOFILE(
            "misc.limit-nofile",
            new Numeric(1, Integer.MAX_VALUE, "", false),
            "65535",
            c -> String.valueOf(c.process().limitNoFile()),
            "Soft and hard limit of open files."),
    CAPABILITIES(
            "misc.capabilities",
            new Choice("auto", "keep", "drop"),
            "auto",
            c -> word(c.process().capabilities()),
            "What becomes of the process's capabilities once the TUN is set up: `drop` gives them up for good, `keep` keeps them, `auto` gives them up unless the process is root's. With a mark or scripts, which need them later, they are always kept. See [security.md](security.md).",
            Trait.OWN),
    MAX_HALF_OPEN(
            "misc.max-half-open",
            new Numeric(1, 1_048_576, "flows", false),
            "1024",
            c -> String.valueOf(c.limits().maxHalfOpen()),
            "TCP flows that wait for the SOCKS server, or for the client to acknowledge the SYN-ACK; beyond it SYNs are dropped.",
            Trait.OWN),
    MAX_HALF_OPEN_PER_CLIENT(
            "misc.max-half-open-per-client",
            new Numeric(1, 1_048_576, "flows", false),
            "512",
            c -> String.valueOf(c.limits().maxHalfOpenPerClient()),
            "The same for one client address.",
            Trait.OWN),
    MAX_DIALS(
            "misc.max-dials",
            new Numeric(1, 1_048_576, "", false),
            "256",
            c -> String.valueOf(c.limits().maxDials()),
            "Handshakes with the SOCKS server under way at a time.",
            Trait.OWN),
    WARM_ASSOCIATIONS(
            "misc.warm-associations",
            new Numeric(0, 256, "associations", false),
            "4",
            c -> String.valueOf(c.limits().warmAssociations()),
            "UDP associations that each worker may open ahead, while new UDP flows keep coming, so that a DNS query waits for no handshake. They are closed after 10 s. 0 opens none.",
            Trait.OWN),
    WARM_CONNECTIONS(
            "misc.warm-connections",
            new Numeric(0, 256, "connections", false),
            "4",
            c -> String.valueOf(c.limits().warmConnections()),
            "Connections to the SOCKS server that each worker may open ahead, while new TCP flows keep coming, so that a connection costs one round trip. They are closed after 10 s. 0 opens none.",
            Trait.OWN),
    WORKERS(
            "threads.workers",
            new Numeric(0, 256, "threads", false),
            "0",
            c -> String.valueOf(c.threads().workers()),
            "Worker threads, each with its own flows. 0 chooses by the number of cores.",
            Trait.OWN),
    MIN_WORKERS(
            "threads.min-workers",
            new Numeric(0, 256, "threads", false),
            "0",
            c -> String.valueOf(c.threads().minWorkers()),
            "How many workers take new flows when there is little to do; the others come back one by one when a worker is busy. 0, or more than `workers`: all of them, always. See [threads.md](threads.md).",
            Trait.OWN),
    AFFINITY(
            "threads.affinity",
            new Text(TextRule.AFFINITY),
            "auto",
            c -> AffinityText.print(c.threads().affinity()),
            "On which CPUs the workers run: `off` wherever the system lets them; of a list the first on the first CPU, the second on the second, and so on in turn; `auto` as `off`, but on machines with several NUMA nodes each worker within one node. See [threads.md](threads.md).",
            Trait.OWN);

    /// What else there is to know about a key.
    enum Trait {
        /// Each section of its kind has to hold it.
        REQUIRED,
        /// A value that is not understood ends the start; for other keys of hev's it is as good as absent.
        REFUSED,
        /// Never printed.
        SECRET,
        /// Accepted, since existing files hold it, but there is nothing that it could change.
        NO_EFFECT,
        /// hev-socks5-tunnel takes it but does not document it.
        OLD,
        /// Unknown to hev-socks5-tunnel. Nobody depends on how such a key is misread, so doubt is refused too.
        OWN
    }

    private final String path;
    private final ConfigSection section;
    private final String text;
    private final ValueType type;
    private final String fallback;
    private final Function<TunnelConfig, String> effective;
    private final String meaning;
    private final Set<Trait> traits;

    ConfigKey(
            String path,
            ValueType type,
            String fallback,
            Function<TunnelConfig, String> effective,
            String meaning,
            Trait... traits) {
        this.path = path;
        int dot = path.indexOf('.');
        section = ConfigSection.named(path.substring(0, dot)).orElseThrow();
        text = path.substring(dot + 1);
        this.type = type;
        this.fallback = fallback;
        this.effective = effective;
        this.meaning = meaning;
        this.traits = Set.of(traits);
    }

    static Optional<ConfigKey> named(ConfigSection section, String text) {
        return of(section).stream().filter(key -> key.text.equals(text)).findFirst();
    }

    /// The keys of a section, in the order of the table.
    static List<ConfigKey> of(ConfigSection section) {
        return Arrays.stream(values()).filter(key -> key.section == section).toList();
    }

    ConfigSection section() {
        return section;
    }

    /// The name as it stands in a file.
    String text() {
        return text;
    }

    /// The name with its section in front, as messages put it.
    String path() {
        return path;
    }

    ValueType type() {
        return type;
    }

    /// The value that stands for an absent key, in its plain form; empty where there is none.
    String fallback() {
        return fallback;
    }

    /// What a configuration says for this key, in plain form; empty where that is nothing.
    String effective(TunnelConfig config) {
        return effective.apply(config);
    }

    /// The key's purpose in a sentence, in Markdown.
    String meaning() {
        return meaning;
    }

    boolean isRequired() {
        return traits.contains(Trait.REQUIRED);
    }

    boolean isSecret() {
        return traits.contains(Trait.SECRET);
    }

    boolean isWithoutEffect() {
        return traits.contains(Trait.NO_EFFECT);
    }

    boolean isOwn() {
        return traits.contains(Trait.OWN);
    }

    /// Whether a value that cannot be understood ends the start.
    boolean refusesNonsense() {
        return isOwn() || traits.contains(Trait.REFUSED);
    }

    /// Whether the key is printed with the effective configuration.
    boolean isPrinted() {
        return !isWithoutEffect() && !traits.contains(Trait.OLD);
    }

    private static String text(Optional<String> value) {
        return value.orElse("");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
