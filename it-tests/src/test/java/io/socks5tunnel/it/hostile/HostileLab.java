// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkNamespace;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A lab with a scripted SOCKS server, a resolver that is no better, a tunnel and a [HostileProbe].
public final class HostileLab implements AutoCloseable {
    /// Where all connections and datagrams go.
    public static final int PORT = 80;

    /// What the server plays to those it serves well, whatever they ask for.
    public static final String SERVED = "0502 0100 05000001c6120102pppp=";

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final List<String> ICMP_KINDS = List.of(
            "host-unreachable",
            "port-unreachable",
            "network-unreachable",
            "communication-prohibited",
            "fragmentation-needed",
            "ttl-exceeded");

    private final RefusalLab lab;
    private final Daemon daemon;
    private final SocketChannel channel;
    private final BufferedReader in;
    private final Writer out;

    private HostileLab(RefusalLab lab, Daemon daemon, SocketChannel channel) {
        this.lab = lab;
        this.daemon = daemon;
        this.channel = channel;
        in = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
        out = Channels.newWriter(channel, StandardCharsets.US_ASCII);
    }

    /// Starts everything; whatever is missing on this machine skips or fails the test.
    public static HostileLab start(DaemonConfig config) {
        return start(config, RuntimeImage.command());
    }

    /// The same with another command for the tunnel.
    public static HostileLab start(DaemonConfig config, List<String> tunnel) {
        RefusalLab lab = RefusalLab.open();
        try {
            startResolver(lab);
            for (String kind : ICMP_KINDS) {
                run(
                        lab.lab().client(),
                        "iptables",
                        "-w",
                        "10",
                        "-A",
                        "INPUT",
                        "-i",
                        DaemonConfig.DEVICE,
                        "-p",
                        "icmp",
                        "--icmp-type",
                        kind);
            }
            Daemon daemon = Daemon.start(lab.lab(), config, asking(lab, tunnel));
            return new HostileLab(lab, daemon, startProbe(lab));
        } catch (RuntimeException | IOException e) {
            lab.close();
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
    }

    /// The tunnel.
    public Daemon daemon() {
        return daemon;
    }

    /// What it is in.
    public RefusalLab lab() {
        return lab;
    }

    /// Gives a command to the probe.
    ///
    /// @return the lines that it answered
    public List<String> tell(String command) {
        try {
            out.write(command + "\n");
            out.flush();
            List<String> answer = new ArrayList<>();
            for (String line = in.readLine(); !HostileProbe.END.equals(line); line = in.readLine()) {
                if (line == null) {
                    throw new IllegalStateException("the probe has ended at: " + command);
                }
                answer.add(line);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    /// Connects as often at once.
    public List<Seen> connect(int count, int sendBytes, int readMillis) {
        return seen("tcp " + count + " " + destination() + " " + sendBytes + " " + readMillis);
    }

    /// Sends from as many sources at once.
    ///
    /// @param errors how many messages of unreachable hosts are expected
    public List<Seen> send(int count, int tries, int waitMillis, int errors) {
        return seen("udp " + count + " " + destination() + " " + tries + " " + waitMillis + " " + errors);
    }

    /// Begins with [HealthyFlows].
    public void beginFlows(int connections, int sources) {
        tell("flows " + connections + " " + destination() + " " + sources);
    }

    /// Bytes that have come back on them.
    public long movedBytes() {
        return Long.parseLong(tell("moved").getFirst());
    }

    private List<Seen> seen(String command) {
        return tell(command).stream().map(Seen::parse).toList();
    }

    /// Address and port where everything goes.
    public static String destination() {
        return AddressFamily.IPV4.destination() + " " + PORT;
    }

    /// Adds or removes a rule about SYNs to the proxy.
    ///
    /// @param action `-A` or `-D`
    public void filter(String action, String rule) {
        List<String> command =
                new ArrayList<>(List.of("iptables", "-w", "10", action, "INPUT", "-p", "tcp", "--dport"));
        command.addAll(List.of(Integer.toString(SocksServer.PORT), "--syn", "-j"));
        command.addAll(List.of(rule.split(" ", -1)));
        run(lab.lab().server(), command.toArray(String[]::new));
    }

    /// How many messages of each kind came out of the TUN device until now, without those that there were none of.
    public Map<String, Long> icmp() {
        Map<String, Long> counts = new TreeMap<>();
        List<String> lines = lab.lab()
                .client()
                .run("iptables", "-w", "10", "-nvxL", "INPUT")
                .orFail()
                .output()
                .lines()
                .filter(line -> line.contains(DaemonConfig.DEVICE) && line.contains("icmp"))
                .toList();
        for (int i = 0; i < ICMP_KINDS.size(); i++) {
            long count = Long.parseLong(lines.get(i).strip().split(" +", -1)[0]);
            if (count > 0) {
                counts.put(ICMP_KINDS.get(i), count);
            }
        }
        return counts;
    }

    /// Waits until the tunnel has as many descriptors as before.
    public void awaitDescriptors(int before) {
        daemon.process()
                .awaitUntil(
                        before + " descriptors", LIMIT, () -> daemon.process().descriptors() == before);
    }

    /// Threads of the tunnel; those of the JVM come and go as it likes.
    public long threads() {
        try (Stream<Path> tasks =
                Files.list(Path.of("/proc", Long.toString(daemon.process().pid()), "task"))) {
            return tasks.filter(HostileLab::isOfTunnel).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfTunnel(Path task) {
        try {
            String name = Files.readString(task.resolve("comm"));
            return name.startsWith("socks5-tunnel") || name.startsWith("name-resolver");
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lab.close();
        }
    }

    private static void startResolver(RefusalLab lab) {
        LabProcess resolver = lab.lab()
                .server()
                .startJava(
                        "resolver",
                        HostileResolver.class,
                        AddressFamily.IPV4.proxy(),
                        AddressFamily.IPV4.proxy(),
                        AddressFamily.IPV6.proxy());
        resolver.awaitUntil("resolver", LIMIT, () -> resolver.output().contains("ready"));
    }

    /// The same program, asking the resolver of the lab: each command in a namespace of the network has a mount
    /// table of its own.
    private static List<String> asking(RefusalLab lab, List<String> program) throws IOException {
        Path file = lab.lab().directory().resolve("resolv.conf");
        Files.writeString(file, "nameserver " + AddressFamily.IPV4.proxy() + "\noptions timeout:2 attempts:2\n");
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"", file.toString()));
        command.addAll(program);
        return command;
    }

    private static SocketChannel startProbe(RefusalLab lab) throws IOException {
        Path file = lab.lab().directory().resolve("probe");
        LabProcess probe = lab.lab()
                .client()
                .startJava(
                        "hostile-probe", HostileProbe.class, file, AddressFamily.IPV4.proxy(), RefusalLab.CONTROL_PORT);
        probe.awaitUntil("probe", LIMIT, () -> probe.output().contains("ready"));
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(file));
        return channel;
    }

    private static void run(NetworkNamespace namespace, String... command) {
        namespace.run(command).orFail();
    }
}
