// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.datagram.DatagramClient;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.transfer.TransferClient;
import io.socks5tunnel.it.transfer.TransferMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A daemon with a TUN device in the client's namespace, and ordinary programs there.
record KernelEntrance(ContainerLab lab, Daemon daemon) implements Entrance {
    static KernelEntrance open(ContainerLab lab, DaemonConfig config, ReactorKind reactor) {
        return open(lab, config, reactor.in(RuntimeImage.command()));
    }

    /// The same with another program as the tunnel.
    ///
    /// @param program takes the path of a YAML file as its last argument
    static KernelEntrance open(ContainerLab lab, DaemonConfig config, List<String> program) {
        Daemon daemon = Daemon.start(lab.lab(), config, program);
        lab.routeNames();
        return new KernelEntrance(lab, daemon);
    }

    @Override
    public LabProcess startTransfers(
            List<TransferMode> modes, List<String> hosts, int port, int connections, String bytes, long seed) {
        return start(
                TransferClient.class,
                modes.stream().map(TransferMode::word).collect(Collectors.joining(",")),
                String.join(",", hosts),
                port,
                connections,
                bytes,
                seed,
                Applications.LIMIT.toSeconds());
    }

    @Override
    public LabProcess startDatagrams(String mode, List<String> hosts, int port, List<Integer> sizes) {
        List<Object> arguments = new ArrayList<>(List.of(mode, String.join(",", hosts), port));
        arguments.addAll(sizes);
        return start(DatagramClient.class, arguments.toArray());
    }

    /// Asks the tunnel, which answers with an address that stands for the name.
    @Override
    public String named(AddressFamily family) {
        Ended answer = lab.lab()
                .client()
                .run(
                        "dig",
                        "@" + ContainerLab.MAPDNS,
                        "+time=5",
                        "+tries=4",
                        "+short",
                        ContainerLab.nameOf(family),
                        "A")
                .orFail();
        return answer.output().strip();
    }

    @Override
    public void expectHealthy(LabProcess... transfers) {
        daemon.expectHealthy();
    }

    private LabProcess start(Class<?> program, Object... arguments) {
        return lab.lab().client().startJava(program.getSimpleName(), program, arguments);
    }
}
