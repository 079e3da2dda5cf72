// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelBuilder;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.TunDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/// A [LibraryTunnel] whose queues, all but the first, rest and come back without end, whatever there is to do.
/// Prints how often, too, when it is asked to end.
public final class RestlessTunnel {
    private static final int PAUSE_MILLIS = 10;

    private RestlessTunnel() {}

    /// Runs the tunnel that a YAML file describes.
    public static void main(String[] arguments) throws Exception {
        TunnelBuilder builder =
                Tunnel.builder(TunnelConfig.load(Path.of(arguments[0])).config());
        TunDevice device = builder.openDevice();
        Tunnel tunnel = builder.device(device).start();
        CompletableFuture<String> changes = CompletableFuture.supplyAsync(
                () -> change(device), Thread.ofPlatform().daemon()::start);
        LibraryTunnel.run(tunnel, () -> System.out.println(changes.join()));
    }

    /// Until the device is closed, which may be at any moment.
    private static String change(TunDevice device) {
        int changes = 0;
        try {
            while (true) {
                device.serve(changes % 2 == 0 ? 1 : device.queueCount());
                changes++;
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            return "changes=" + changes + ", then: " + e.getMessage();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
