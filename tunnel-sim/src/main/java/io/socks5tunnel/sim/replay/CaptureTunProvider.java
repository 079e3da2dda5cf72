// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunProvider;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.SimTunProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Opens a device on which the clients of a capture are at work, when `tunnel.name` is `sim:FILE`: the unmodified
/// daemon runs on it, with as many shards as it likes and real sockets.
///
/// The packets of the capture's clients are what the device brings in, translated to the numbers that the tunnel
/// chose, as in a replay through a real SOCKS5 server. Time goes as fast as the tunnel answers: silences in the
/// capture are jumped over. When the capture is at its end the device stays, and is silent.
public final class CaptureTunProvider implements TunProvider {
    /// For [java.util.ServiceLoader].
    public CaptureTunProvider() {}

    @Override
    public boolean supports(TunRequest request) {
        return !request.isGiven() && SimTunProvider.namesFile(request.settings().name());
    }

    @Override
    public TunDevice open(TunRequest request) throws IOException {
        String name = request.settings().name();
        Path file = Path.of(name.substring(SimTunProvider.NAME_PREFIX.length()));
        CaptureMerger capture = open(file);
        CaptureClients clients = new CaptureClients(capture);
        MemoryTun device =
                SimTunProvider.describe(request).onClose(clients::stop).open();
        clients.start(device);
        return device;
    }

    private static CaptureMerger open(Path file) throws IOException {
        CaptureMerger capture;
        try {
            capture = CaptureMerger.open(List.of(file));
        } catch (IOException e) {
            throw new IOException("tunnel.name: the capture cannot be read: " + e, e);
        }
        // the first packet is read by now, so that a defect here means that there is none
        if (!capture.defects().isEmpty()) {
            capture.close();
            throw new IOException("tunnel.name: " + capture.defects().getFirst());
        }
        return capture;
    }
}
