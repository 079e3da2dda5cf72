// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import com.github.dockerjava.api.model.Network.Ipam;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Network;

/// A [NetworkLab] whose server side is also a host on a network of Docker, so that a tunnel in the client's
/// namespace can use a [Socks5Container], and the container reaches the destinations, and nothing else.
///
/// ```
///  namespace "client"        namespace "server"              Docker's bridge
/// ┌──────────────────┐     ┌─────────────────────┐     ┌───────────────────────┐
/// │ apps ─► TUN      │     │ destinations        │     │  Socks5Container      │
/// │          ▼       │     │ 198.19.0.1          │     │  198.18.N.2           │
/// │       tunnel ────┼veth─┤ forwards ───────────┼veth─┤  fc00:18:N::2         │
/// └──────────────────┘     └─────────────────────┘     └───────────────────────┘
/// ```
final class ContainerLab implements AutoCloseable {
    private static final int FIRST_NETWORK = 201;
    private static final int LAST_NETWORK = 250;
    private static final String HOST_PART = "254";
    private static final String MAPPED_NAMES = "100.64.0.0/10";
    private static final int FIRST_HOST = 2;

    /// Where tunnels answer queries for names.
    static final String MAPDNS = "198.18.3.53";

    private final NetworkLab lab;
    private final Network network;
    private final int number;
    private int nextHost = FIRST_HOST;

    private ContainerLab(NetworkLab lab, Network network, int number) {
        this.lab = lab;
        this.network = network;
        this.number = number;
    }

    /// Builds both. Needs root and Docker.
    static ContainerLab open() {
        LabRequirements.demand();
        NetworkLab lab = NetworkLab.open();
        try {
            int number = FIRST_NETWORK;
            Network network = create(number);
            while (network == null) {
                network = create(++number);
            }
            lab.joinBridge(bridge(number), addresses(number));
            return new ContainerLab(lab, network, number);
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// The namespaces.
    NetworkLab lab() {
        return lab;
    }

    /// Starts a server on the network, and shows it the way to the lab.
    Socks5Container start(Socks5Container container) {
        container.withNetwork(network);
        AddressFamily[] families = AddressFamily.values();
        for (AddressFamily family : families) {
            container.withExtraHost(nameOf(family), family.destination());
        }
        String host = Integer.toString(nextHost++);
        container.withCreateContainerCmdModifier(command -> {
            // addresses of our choice, which it keeps when it is restarted
            command.withIpv4Address(address(AddressFamily.IPV4, host))
                    .withIpv6Address(address(AddressFamily.IPV6, host));
        });
        container.start();
        introduce(container);
        return container;
    }

    /// A name of the destination that only containers know.
    static String nameOf(AddressFamily family) {
        return switch (family) {
            case IPV4 -> "four.lab.example";
            case IPV6 -> "six.lab.example";
        };
    }

    /// Makes a container that has just been started, and the lab, known to each other.
    void introduce(Socks5Container container) {
        Map<AddressFamily, String> host = new EnumMap<>(AddressFamily.class);
        for (AddressFamily family : AddressFamily.values()) {
            host.put(family, container.address(family).getHostAddress());
        }
        long process = container.getCurrentContainerInfo().getState().getPidLong();
        lab.introduce(process, host, addresses(number));
    }

    /// A tunnel that uses a server of this lab, and answers queries for names with addresses of its own.
    DaemonConfig config(Socks5Container container) {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED)
                .with("socks5.address", container.address(AddressFamily.IPV4).getHostAddress())
                .with("socks5.udp", "udp")
                .with("mapdns.address", MAPDNS)
                .with("mapdns.port", 53)
                .with("mapdns.network", "100.64.0.0")
                .with("mapdns.netmask", "255.192.0.0")
                .with("mapdns.cache-size", 1000);
        return container.demandsPassword()
                ? config.with("socks5.username", Socks5Container.USER).with("socks5.password", Socks5Container.PASSWORD)
                : config;
    }

    /// Sends queries for names, and what goes to those names, into the TUN device.
    void routeNames() {
        for (String to : List.of(MAPDNS, MAPPED_NAMES)) {
            lab.client()
                    .run("ip", "route", "replace", to, "dev", DaemonConfig.DEVICE)
                    .orFail();
        }
    }

    /// Kills a container and starts it again, at the same addresses.
    void restart(Socks5Container container) {
        container.restart();
        introduce(container);
    }

    /// Lets no packet pass between the tunnel and containers, in either direction; nobody is told.
    void cut() {
        lab.server().run("iptables", "-w", "10", "-I", "FORWARD", "-j", "DROP").orFail();
    }

    /// How many packets that has taken since it began.
    long packetsCut() {
        Ended list =
                lab.server().run("iptables", "-w", "10", "-nvxL", "FORWARD").orFail();
        return list.output()
                .lines()
                .filter(line -> line.contains("DROP") && !line.startsWith("Chain"))
                .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[0]))
                .sum();
    }

    /// Takes [#cut] back; harmless where nothing is cut.
    void mend() {
        lab.server().run("iptables", "-w", "10", "-F", "FORWARD").orFail();
    }

    /// Takes the interface towards containers down, which the kernel there knows and tells.
    void unplug() {
        lab.server().ip("link", "set", NetworkLab.DOCK, "down");
    }

    /// Takes it up again.
    void plug() {
        lab.plugBridge(addresses(number));
    }

    @Override
    public void close() {
        lab.close();
        network.close();
    }

    private static Map<AddressFamily, String> addresses(int number) {
        return Map.of(
                AddressFamily.IPV4, address(AddressFamily.IPV4, number, HOST_PART),
                AddressFamily.IPV6, address(AddressFamily.IPV6, number, HOST_PART));
    }

    private String address(AddressFamily family, String host) {
        return address(family, number, host);
    }

    private static String address(AddressFamily family, int number, String host) {
        return switch (family) {
            case IPV4 -> "198.18." + number + "." + host;
            case IPV6 -> "fc00:18:" + number + "::" + host;
        };
    }

    private static String bridge(int number) {
        return "s5t-br" + number;
    }

    /// Null if another run has the network.
    private static @Nullable Network create(int number) {
        Network network = Network.builder()
                .enableIpv6(true)
                .createNetworkCmdModifier(command -> command.withName(
                                bridge(number) + "-" + ProcessHandle.current().pid())
                        .withOptions(Map.of(
                                "com.docker.network.bridge.name",
                                bridge(number),
                                "com.docker.network.bridge.enable_ip_masquerade",
                                "false"))
                        .withIpam(new Ipam()
                                .withConfig(
                                        new Ipam.Config().withSubnet("198.18." + number + ".0/24"),
                                        new Ipam.Config().withSubnet("fc00:18:" + number + "::/64"))))
                .build();
        try {
            network.getId();
            return network;
        } catch (RuntimeException e) {
            if (number == LAST_NETWORK) {
                throw e;
            }
            return null;
        }
    }
}
