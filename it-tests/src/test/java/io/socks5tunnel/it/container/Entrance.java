// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.transfer.TransferMode;
import java.util.List;

/// What applications can do that get out through a tunnel. Whatever is started ends with the lab at the latest.
interface Entrance {
    /// Starts a [io.socks5tunnel.it.transfer.TransferClient].
    ///
    /// @param hosts addresses, or what [#named] says
    /// @param bytes a number or a range
    LabProcess startTransfers(
            List<TransferMode> modes, List<String> hosts, int port, int connections, String bytes, long seed);

    /// Starts a [io.socks5tunnel.it.datagram.DatagramClient], or what prints the same.
    ///
    /// @param mode `sizes` or `refused`
    /// @param hosts addresses, or what [#named] says, one after the other
    LabProcess startDatagrams(String mode, List<String> hosts, int port, List<Integer> sizes);

    /// How to reach the destination by a name that only the SOCKS server knows.
    String named(AddressFamily family);

    /// Fails if something was left behind, or complained.
    ///
    /// @param transfers those that have ended
    void expectHealthy(LabProcess... transfers);
}
