// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelBuilder;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.tun.linux.nativecalls.CallerCapabilities;
import io.socks5tunnel.tun.linux.nativecalls.DefaultSignals;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.OpenFileLimit;
import io.socks5tunnel.tun.linux.nativecalls.ProgramReplacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Gives up the capabilities of this process once they are not needed any more: when the TUN is set up. Confined to
/// the main thread.
///
/// Threads have their capabilities each for itself, and a running JVM has many. So the main thread opens the
/// device, drops its own, and starts the program anew in this process's place, with the open descriptors and
/// without anything that the kernel could give it back. Packets that come meanwhile wait in the device.
///
/// ```
/// launcher ─► JVM: reads the file, opens and configures the TUN ─► exec, without capabilities
///                                     JVM: reads the file, takes the descriptors, runs the tunnel ◄─┘
/// ```
final class Privileges {
    /// The property that says that this process was started anew: the open descriptors of the TUN device, with
    /// commas between them.
    static final String DESCRIPTORS = "socks5tunnel.descriptors";

    private static final System.Logger LOG = System.getLogger(Privileges.class.getName());
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private final OrderlyStop stop;
    private final Launch launch;
    private Optional<TunDevice> opened = Optional.empty();
    private Optional<IOException> failure = Optional.empty();
    private System.Logger.Level severity = System.Logger.Level.INFO;
    private String outcome = "";

    Privileges(OrderlyStop stop, Launch launch) {
        this.stop = stop;
        this.launch = launch;
    }

    /// Does not return if the program is started anew.
    ///
    /// @param file that the configuration was read from
    /// @throws IOException if this process can neither go on nor start anew
    void settle(TunnelConfig config, Path file) throws IOException {
        if (isStartedAnew()) {
            outcome = "all capabilities were given up when the device was set up";
            return;
        }
        ProcessRights rights = ProcessRights.read(STATUS);
        if (!rights.hasCapabilities()) {
            return;
        }
        Optional<String> reason = reasonToKeep(config, rights, file);
        if (reason.isPresent()) {
            keep(config, reason.get());
        } else {
            openAndStartAnew(config);
        }
    }

    /// Why they are kept, empty if they are not.
    static Optional<String> reasonToKeep(TunnelConfig config, ProcessRights rights, Path file) {
        return switch (config.process().capabilities()) {
            case KEEP -> Optional.of("misc.capabilities says so");
            case AUTO -> rights.isRoot() ? Optional.of("this is root's process") : needs(config, file);
            case DROP -> needs(config, file);
        };
    }

    private static Optional<String> needs(TunnelConfig config, Path file) {
        if (config.socks5().mark() != 0) {
            return Optional.of("socks5.mark needs CAP_NET_ADMIN for every connection");
        }
        if (config.tunnel().postUpScript().isPresent()
                || config.tunnel().preDownScript().isPresent()) {
            return Optional.of("scripts inherit them");
        }
        if (config.tunnel().name().indexOf(':') >= 0) {
            return Optional.of("there is no device to open");
        }
        return Files.isRegularFile(file)
                ? Optional.empty()
                : Optional.of("the configuration comes from where it can be read once only");
    }

    /// Hands the tunnel that is about to start what is there of its device, and logs what became of the
    /// capabilities.
    ///
    /// @throws IOException why the device could not be opened: told here, where the log is open
    void prepare(TunnelBuilder builder) throws IOException {
        if (!outcome.isEmpty()) {
            LOG.log(severity, outcome);
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (isStartedAnew()) {
            builder.descriptors(descriptors(System.getProperty(DESCRIPTORS)));
        }
        opened.ifPresent(builder::device);
    }

    private static boolean isStartedAnew() {
        return System.getProperty(DESCRIPTORS) != null;
    }

    private static List<Integer> descriptors(String words) {
        return Arrays.stream(words.split(",", -1)).map(Integer::valueOf).toList();
    }

    private void openAndStartAnew(TunnelConfig config) throws IOException {
        byte[] commandLine = Files.readAllBytes(COMMAND_LINE);
        // From here on a signal to stop ends the process and the device with it. One that came before is noted.
        try (DefaultSignals _ = new DefaultSignals()) {
            TunDevice device;
            try {
                device = Tunnel.builder(config).openDevice();
            } catch (IOException e) {
                failure = Optional.of(e);
                return;
            }
            opened = Optional.of(device);
            if (stop.isWanted()) {
                return;
            }
            raiseLimit(config);
            try {
                CallerCapabilities.drop();
            } catch (NativeCallException e) {
                keep(config, "" + e.getMessage());
                return;
            }
            List<Integer> queues = pollDescriptors(device);
            String words = queues.stream().map(String::valueOf).collect(Collectors.joining(","));
            List<Integer> kept = new ArrayList<>(queues);
            kept.addAll(launch.descriptors());
            throw ProgramReplacement.start(commandLine, "-D" + DESCRIPTORS + "=" + words, kept);
        }
    }

    /// Who asked for it to be given up is warned that it is not.
    private void keep(TunnelConfig config, String reason) {
        outcome = "capabilities are kept: " + reason;
        if (config.process().capabilities() == ProcessSettings.Capabilities.DROP) {
            severity = System.Logger.Level.WARNING;
        }
    }

    /// As long as that is allowed.
    private static void raiseLimit(TunnelConfig config) {
        try {
            OpenFileLimit.raise(config.process().limitNoFile());
        } catch (NativeCallException _) {
            // The program that is started anew tries again, and says so.
        }
    }

    private static List<Integer> pollDescriptors(TunDevice device) {
        List<Integer> descriptors = new ArrayList<>();
        for (int queue = 0; queue < device.queueCount(); queue++) {
            descriptors.add(device.queue(queue).pollDescriptor());
        }
        return descriptors;
    }
}
