// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.MemoryTun;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A thread that plays the clients of a capture on a device, once, and logs what became of them. Started and
/// stopped by whoever opens and closes the device.
final class CaptureClients {
    private static final Logger LOGGER = System.getLogger(CaptureClients.class.getName());

    private final CaptureMerger capture;
    // set before the device is handed out; read by whichever thread closes it
    private volatile @Nullable Thread thread;

    /// @param capture closed when it is played
    CaptureClients(CaptureMerger capture) {
        this.capture = capture;
    }

    void start(MemoryTun device) {
        thread = Thread.ofPlatform().name("sim-capture").daemon().start(() -> play(device));
    }

    void stop() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void play(MemoryTun device) {
        ReplaySettings settings = ReplaySettings.DEFAULT.withMtu(device.mtuBytes());
        try (capture) {
            ReplayReport report = new Player(capture, settings, new ReplayObserver() {}, device, null).run();
            report.defects().forEach(defect -> LOGGER.log(Level.WARNING, defect));
            LOGGER.log(Level.INFO, () -> summary(device, report));
        } catch (InterruptedIOException e) {
            LOGGER.log(Level.DEBUG, () -> device.name() + " was closed before its capture was at its end");
        } catch (IOException e) {
            LOGGER.log(Level.ERROR, () -> device.name() + ": " + e);
        }
    }

    private static String summary(MemoryTun device, ReplayReport report) {
        return String.format(
                Locale.ROOT,
                "%s is played: packets %d, flows %d, bytes to clients %d, seconds %.1f",
                device.name(),
                report.packets(),
                report.totals().flows(),
                report.totals().bytesDown(),
                report.wallNanos() / 1e9);
    }
}
