// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

/// What packets get into a tunnel by.
enum TunKind {
    /// A TUN device of the kernel, whose TCP is the client.
    KERNEL {
        @Override
        Entrance open(ContainerLab lab, Socks5Container server, ReactorKind reactor) {
            return KernelEntrance.open(lab, lab.config(server).withWorkers(2), reactor);
        }
    },
    /// A device in memory with four queues for four shards, and the simulator's TCP as the client.
    SIMULATED {
        @Override
        Entrance open(ContainerLab lab, Socks5Container server, ReactorKind reactor) {
            return SimulatedEntrance.open(lab, lab.config(server).withWorkers(SimulatedApplications.SHARDS), reactor);
        }
    };

    /// Has tunnels use a server.
    abstract Entrance open(ContainerLab lab, Socks5Container server, ReactorKind reactor);
}
