// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The five calls of hev-socks5-tunnel's library, for programs that come from there: three that run a tunnel until
/// it is told to quit, one that tells it, and one that counts.
///
/// Return values and meanings are the original's. Different is that there may be any number of these in a process,
/// each with a tunnel of its own, and that what keeps a tunnel from starting is logged. New programs are better
/// served by [Tunnel], which throws.
///
/// All methods may be called from any thread.
public final class HevSocks5Tunnel {
    /// What the three calls return after [#quit].
    public static final int ENDED = 0;

    /// What they return when the tunnel could not be started or has failed.
    public static final int FAILED = -1;

    private static final System.Logger LOG = System.getLogger(HevSocks5Tunnel.class.getName());

    private final Object lock = new Object();
    private @Nullable Tunnel running;
    private boolean isStarting;
    private boolean isQuitWanted;

    /// Nothing runs yet.
    public HevSocks5Tunnel() {}

    /// Packets and bytes of the present run, all 0 when nothing runs.
    ///
    /// @param txPackets packets read from the TUN device: from applications towards the net
    /// @param txBytes their IP packet lengths, bytes
    /// @param rxPackets packets written to the TUN device
    /// @param rxBytes their IP packet lengths, bytes
    public record Stats(long txPackets, long txBytes, long rxPackets, long rxBytes) {
        private static final Stats NONE = new Stats(0, 0, 0, 0);
    }

    /// `hev_socks5_tunnel_main`: the same as [#mainFromFile].
    public int main(Path configFile, int tunDescriptor) {
        return mainFromFile(configFile, tunDescriptor);
    }

    /// `hev_socks5_tunnel_main_from_file`: runs a tunnel until [#quit] or an error.
    ///
    /// @param tunDescriptor an open TUN device, used as it is and not closed; negative to open one
    /// @return [#ENDED] or [#FAILED]
    public int mainFromFile(Path configFile, int tunDescriptor) {
        try {
            return run(TunnelConfig.load(configFile), tunDescriptor);
        } catch (ConfigException e) {
            return failed(e);
        }
    }

    /// `hev_socks5_tunnel_main_from_str`: the same with the YAML text itself.
    public int mainFromString(byte[] config, int tunDescriptor) {
        try {
            return run(TunnelConfig.parse(config), tunDescriptor);
        } catch (ConfigException e) {
            return failed(e);
        }
    }

    /// `hev_socks5_tunnel_quit`: ends the present run, or the one that is just starting.
    public void quit() {
        Tunnel tunnel;
        synchronized (lock) {
            isQuitWanted = isStarting;
            tunnel = running;
        }
        if (tunnel != null) {
            try {
                tunnel.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "closing the tunnel failed: " + e.getMessage());
            }
        }
    }

    /// `hev_socks5_tunnel_stats`.
    public Stats stats() {
        Tunnel tunnel;
        synchronized (lock) {
            tunnel = running;
        }
        if (tunnel == null) {
            return Stats.NONE;
        }
        TunnelStatistics now = tunnel.statistics();
        return new Stats(now.txPackets(), now.txBytes(), now.rxPackets(), now.rxBytes());
    }

    private int run(LoadedConfig loaded, int tunDescriptor) {
        if (!begin()) {
            LOG.log(System.Logger.Level.ERROR, "a tunnel runs here already");
            return FAILED;
        }
        loaded.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning.toString()));
        TunnelBuilder builder = Tunnel.builder(loaded.config());
        if (tunDescriptor >= 0) {
            builder.descriptor(tunDescriptor);
        }
        try (Tunnel tunnel = builder.start()) {
            if (!publish(tunnel)) {
                return ENDED;
            }
            tunnel.awaitEnd();
            return ENDED;
        } catch (IOException e) {
            return failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } finally {
            end();
        }
    }

    private boolean begin() {
        synchronized (lock) {
            if (isStarting || running != null) {
                return false;
            }
            isStarting = true;
            isQuitWanted = false;
            return true;
        }
    }

    /// @return false if [#quit] came first
    private boolean publish(Tunnel tunnel) {
        synchronized (lock) {
            isStarting = false;
            running = tunnel;
            return !isQuitWanted;
        }
    }

    private void end() {
        synchronized (lock) {
            isStarting = false;
            running = null;
        }
    }

    private static int failed(Exception e) {
        LOG.log(System.Logger.Level.ERROR, e.getMessage());
        return FAILED;
    }
}
