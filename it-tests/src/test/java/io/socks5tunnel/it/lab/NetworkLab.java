// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Two network namespaces with a wire between them: applications and the tunnel in one, a SOCKS server and what
/// applications want to reach in the other.
///
/// ```
///   namespace "client"                                        namespace "server"
/// ┌──────────────────────────────────────────┐              ┌───────────────────────────────────────┐
/// │ curl, iperf3, TransferClient             │              │   dante, microsocks, socks-server     │
/// │    │ to 198.19.0.0/16, fd00:19::/32      │              │      │ port 1080        │             │
/// │    ▼                                     │              │      │                  ▼             │
/// │ [TUN 198.18.2.1, fc00:18:2::1]           │              │      │   TransferServer, iperf3       │
/// │    │                                     │              │      │   lo: 198.19.0.1, fd00:19::1   │
/// │    ▼                        [wire]───────┼──── veth ────┼──[wire]                               │
/// │ the tunnel ──────────────► 198.18.1.1    │              │   198.18.1.2                          │
/// │             SOCKS5         fc00:18::1    │              │   fc00:18::2                          │
/// └──────────────────────────────────────────┘              └───────────────────────────────────────┘
/// ```
///
/// The client has no route to the destinations but the one through the TUN, and the server has no route to the
/// TUN's addresses: what arrives has gone through the tunnel. [#routeDirect()] lifts that, for tests of the lab
/// itself. Nothing outside the two namespaces is touched. Names contain the process id, so that runs do not
/// collide, and a run that died leaves no more behind than the next run takes away.
public final class NetworkLab implements AutoCloseable {
    private static final String PREFIX = "s5t-";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d+)-\\d+-(client|server|far)");
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final String WIRE = "wire";
    private static final String DOCK = "dock";
    private static final AtomicInteger LABS = new AtomicInteger();

    /// What the sender of a packet that gets lost on its way out learns of it.
    public enum Loss {
        /// The kernel's TCP is told at once and simply tries again: only packets on their way in are really lost.
        ANNOUNCED("DROP"),
        /// Nothing, as on a wire: packets are given to a queue that nobody reads, which swallows them.
        SILENT("NFQUEUE --queue-num 9");

        private final String target;

        Loss(String target) {
            this.target = target;
        }
    }

    private final Path directory;
    private final NetworkNamespace client;
    private final NetworkNamespace server;
    private @Nullable NetworkNamespace far;
    private final Deque<LabProcess> processes = new ArrayDeque<>();
    private final AtomicInteger started = new AtomicInteger();
    private final Thread atExit = new Thread(this::tearDown, "lab-clean-up");

    private NetworkLab(Path directory) {
        String name = PREFIX + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet();
        this.directory = directory;
        client = new NetworkNamespace(this, name + "-client");
        server = new NetworkNamespace(this, name + "-server");
    }

    /// Builds a lab. Needs root.
    public static NetworkLab open() {
        try {
            NetworkLab lab = new NetworkLab(Files.createTempDirectory("s5t-lab"));
            Runtime.getRuntime().addShutdownHook(lab.atExit);
            lab.removeLeftovers();
            try {
                lab.build();
            } catch (RuntimeException e) {
                lab.close();
                throw e;
            }
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where applications and the tunnel run.
    public NetworkNamespace client() {
        return client;
    }

    /// Where SOCKS servers and destinations run.
    public NetworkNamespace server() {
        return server;
    }

    /// Adds a third namespace, for a client that lives behind the first; nothing leads there yet.
    public NetworkNamespace addFar() {
        NetworkNamespace added = new NetworkNamespace(this, client.name().replace("-client", "-far"));
        far = added;
        build(added);
        return added;
    }

    /// For files of the tests; removed with the lab.
    public Path directory() {
        return directory;
    }

    /// Lets the client reach the destinations without a tunnel.
    public void routeDirect() {
        for (AddressFamily family : AddressFamily.values()) {
            client.ip("route", "add", family.destinations(), "via", family.proxy(), "dev", WIRE);
        }
    }

    /// Sends the destinations' packets into the TUN device.
    public void routeThrough(String device) {
        routeThrough(device, List.of(AddressFamily.values()));
    }

    /// The same, of some families only.
    public void routeThrough(String device, List<AddressFamily> families) {
        for (AddressFamily family : families) {
            client.ip("route", "replace", family.destinations(), "dev", device, "src", family.tunnel());
        }
    }

    /// Makes the server's namespace a host on a bridge of this machine too, and has it forward between there and
    /// the client.
    ///
    /// @param bridge an interface outside the lab
    /// @param addresses of the server's end
    public void joinBridge(String bridge, Map<AddressFamily, String> addresses) {
        String outside = "s5t-" + ProcessHandle.current().pid() % 100_000 + "-d";
        ip("link", "add", outside, "type", "veth", "peer", "name", DOCK, "netns", server.name());
        ip("link", "set", outside, "master", bridge, "up");
        server.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
                .orFail();
        addresses.forEach((family, address) -> {
            server.ip("addr", "add", address + family.networkBits(), "dev", DOCK, "nodad");
        });
        server.ip("link", "set", DOCK, "up");
    }

    /// Makes a host on that bridge and the lab's client known to each other, and the lab the only way out for the
    /// host.
    ///
    /// @param process one that runs on the host
    /// @param host its addresses
    /// @param via the lab's addresses on the bridge
    public void introduce(long process, Map<AddressFamily, String> host, Map<AddressFamily, String> via) {
        host.forEach((family, address) -> {
            client.ip("route", "replace", address, "via", family.proxy(), "dev", WIRE);
            // by default, so that a packet to anywhere else ends in the lab
            List<String> command = new ArrayList<>(List.of("nsenter", "-t", Long.toString(process), "-n", "ip"));
            command.addAll(List.of(family.ipOption(), "route", "replace", "default", "via", via.get(family)));
            command.removeIf(String::isEmpty);
            start("route", command, null).await(COMMAND_LIMIT).orFail();
        });
    }

    /// Loses packets at random between the client's kernel and a device, in both directions.
    ///
    /// @param probability 0 to 1, of each packet; a super-segment is one packet
    public void losePackets(String device, double probability, Loss loss) {
        for (AddressFamily family : AddressFamily.values()) {
            dropSome(family, List.of("OUTPUT", "-o"), device, probability, loss.target);
            dropSome(family, List.of("INPUT", "-i"), device, probability, Loss.ANNOUNCED.target);
        }
    }

    /// Lets all packets through again; the count of those that were lost begins anew.
    public void endLoss() {
        for (AddressFamily family : AddressFamily.values()) {
            client.run(family.iptables(), "-w", "10", "-F").orFail();
        }
    }

    /// How many packets [#losePackets] has taken in both directions.
    public long lostPackets() {
        long lost = 0;
        for (AddressFamily family : AddressFamily.values()) {
            Ended list = client.run(family.iptables(), "-w", "10", "-nvxL").orFail();
            lost += list.output()
                    .lines()
                    .filter(line -> line.contains("statistic mode random"))
                    .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[0]))
                    .sum();
        }
        return lost;
    }

    private void dropSome(
            AddressFamily family, List<String> direction, String device, double probability, String target) {
        List<String> command = new ArrayList<>(List.of(family.iptables(), "-w", "10", "-A"));
        command.addAll(direction);
        command.addAll(List.of(device, "-m", "statistic", "--mode", "random", "--probability"));
        command.add(Double.toString(probability));
        command.add("-j");
        command.addAll(List.of(target.split(" ", -1)));
        client.run(command.toArray(String[]::new)).orFail();
    }

    @Override
    public void close() {
        tearDown();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    synchronized LabProcess start(String label, List<String> command, @Nullable Path input) {
        LabProcess process =
                LabProcess.start(directory, String.format("%03d-%s", started.incrementAndGet(), label), command, input);
        processes.push(process);
        return process;
    }

    /// Where the compiled tests are: the class path of their child processes.
    static Path testClasses() {
        try {
            return Path.of(NetworkLab.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void build() {
        for (NetworkNamespace namespace : List.of(client, server)) {
            build(namespace);
        }
        // Ends with the same index would look unconnected to the kernel's link watch, which tells IPv6 of a new
        // link at once only if they differ, and otherwise up to a second later.
        ip(
                "link",
                "add",
                WIRE,
                "index",
                "10",
                "netns",
                client.name(),
                "type",
                "veth",
                "peer",
                "name",
                WIRE,
                "index",
                "11",
                "netns",
                server.name());
        for (AddressFamily family : AddressFamily.values()) {
            String bits = family.networkBits();
            client.ip("addr", "add", family.client() + bits, "dev", WIRE, "nodad");
            server.ip("addr", "add", family.proxy() + bits, "dev", WIRE, "nodad");
            server.ip("addr", "add", family.destination() + "/" + family.hostBits(), "dev", "lo");
        }
        client.ip("link", "set", WIRE, "up");
        server.ip("link", "set", WIRE, "up");
    }

    private void build(NetworkNamespace namespace) {
        ip("netns", "add", namespace.name());
        // Duplicate address detection would keep addresses back for a second; with a wire of two ends nothing
        // is double. Reverse path filters would drop answers that come another way than packets to there would
        // go.
        namespace
                .run(
                        "sysctl",
                        "-q",
                        "-w",
                        "net.ipv6.conf.all.accept_dad=0",
                        "net.ipv6.conf.default.accept_dad=0",
                        "net.ipv4.conf.all.rp_filter=0",
                        "net.ipv4.conf.default.rp_filter=0")
                .orFail();
        namespace.ip("link", "set", "lo", "up");
    }

    private void ip(String... arguments) {
        String[] command = Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new);
        start("ip", List.of(command), null).await(COMMAND_LIMIT).orFail();
    }

    private synchronized void tearDown() {
        while (!processes.isEmpty()) {
            processes.pop().close();
        }
        remove(client.name());
        remove(server.name());
        if (far != null) {
            remove(far.name());
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            System.err.println("left behind: " + directory + " (" + e.getMessage() + ")");
        }
    }

    /// Takes away the namespaces of runs whose process is gone, with what still runs in them.
    private void removeLeftovers() {
        String names = start("ip", List.of("ip", "netns", "list"), null)
                .await(COMMAND_LIMIT)
                .orFail()
                .output();
        Matcher name = NAME.matcher(names);
        while (name.find()) {
            if (ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                remove(name.group());
            }
        }
    }

    private void remove(String namespace) {
        try {
            String pids = plain("ip", "netns", "pids", namespace);
            pids.lines()
                    .map(Long::parseLong)
                    .map(ProcessHandle::of)
                    .flatMap(Optional::stream)
                    .forEach(process -> {
                        process.destroyForcibly();
                        process.onExit().join();
                    });
            plain("ip", "netns", "delete", namespace);
        } catch (IOException e) {
            System.err.println("left behind: namespace " + namespace + " (" + e.getMessage() + ")");
        }
    }

    /// Runs a command without the lab's book-keeping, which is in use or at its end when things are removed.
    private static String plain(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
