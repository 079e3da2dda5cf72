// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import com.github.dockerjava.api.model.Network.Ipam;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.NetworkNamespace;
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
    private static final String MAPDNS = "198.18.3.53";

    private final NetworkLab lab;
    private final Network network;
    private final int number;

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

    /// Has a tunnel answer queries for names with addresses of its own.
    DaemonConfig mappingNames(DaemonConfig config) {
        return config.with("mapdns.address", MAPDNS)
                .with("mapdns.port", 53)
                .with("mapdns.network", "100.64.0.0")
                .with("mapdns.netmask", "255.192.0.0")
                .with("mapdns.cache-size", 1000);
    }

    /// Runs curl, which asks the tunnel for names, and prints how many bytes came.
    Ended curlByName(Applications applications, String url) {
        NetworkNamespace client = lab.client();
        for (String to : List.of(MAPDNS, "100.64.0.0/10")) {
            client.run("ip", "route", "replace", to, "dev", DaemonConfig.DEVICE).orFail();
        }
        return applications.curlAsking(MAPDNS, List.of("-o", "/dev/null", "-w", "%{size_download}", url));
    }

    @Override
    public void close() {
        lab.close();
        network.close();
    }

    private static Map<AddressFamily, String> addresses(int number) {
        return Map.of(
                AddressFamily.IPV4, "198.18." + number + "." + HOST_PART,
                AddressFamily.IPV6, "fc00:18:" + number + "::" + HOST_PART);
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
