// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.transfer.TransferMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// [SimulatedApplications] in the client's namespace, each with a tunnel of its own.
record SimulatedEntrance(ContainerLab lab, Path config, ReactorKind reactor) implements Entrance {
    static SimulatedEntrance open(ContainerLab lab, DaemonConfig config, ReactorKind reactor) {
        return new SimulatedEntrance(lab, Daemon.write(lab.lab(), config), reactor);
    }

    @Override
    public LabProcess startTransfers(
            List<TransferMode> modes, List<String> hosts, int port, int connections, String bytes, long seed) {
        return start(
                SimulatedApplications.TRANSFERS,
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
        return start(arguments.toArray());
    }

    /// The name itself: the applications ask their tunnel.
    @Override
    public String named(AddressFamily family) {
        return ContainerLab.nameOf(family);
    }

    /// No flow may outlive the applications, and each shard must have had some.
    @Override
    public void expectHealthy(LabProcess... transfers) {
        for (LabProcess transfer : transfers) {
            String output = transfer.output();
            boolean isShared = output.lines()
                    .filter(line -> line.startsWith(SimulatedApplications.FLOWS_PER_SHARD))
                    .anyMatch(line -> line.split(",", -1).length == SimulatedApplications.SHARDS
                            && !line.contains("[0")
                            && !line.contains(" 0"));
            if (!isShared || !output.contains(SimulatedApplications.NOTHING_LEFT)) {
                throw new IllegalStateException("not shared by all shards, or not all ended: " + output);
            }
        }
    }

    private LabProcess start(Object... arguments) {
        List<String> command = new ArrayList<>(reactor.in(RuntimeImage.command(SimulatedApplications.class)));
        command.add(config.toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return lab.lab().client().start("simulated", command);
    }
}
