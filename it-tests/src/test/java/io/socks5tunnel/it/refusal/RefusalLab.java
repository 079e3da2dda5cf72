// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A lab with a [ScriptedProxy], in which one tunnel after the other can be tried.
public final class RefusalLab implements AutoCloseable {
    /// Where the proxy is told what to play.
    public static final int CONTROL_PORT = 1079;

    private static final int DESTINATION_PORT = 80;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final NetworkLab lab;

    private RefusalLab(NetworkLab lab) {
        this.lab = lab;
    }

    /// Starts the lab and the proxy; whatever is missing on this machine skips or fails the test.
    public static RefusalLab open() {
        LabRequirements.demand();
        NetworkLab lab = NetworkLab.open();
        try {
            lab.server()
                    .startJava("scripted-proxy", ScriptedProxy.class, SocksServer.PORT, CONTROL_PORT)
                    .awaitListening(SocksServer.PORT, LIMIT);
            return new RefusalLab(lab);
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// A tunnel that shows the proxy a login.
    public static DaemonConfig config() {
        // a connection that is kept ready would take a script away
        return DaemonConfig.of(SocksServer.MICROSOCKS).with("misc.warm-connections", 0);
    }

    /// Starts a tunnel.
    public Daemon start(DaemonConfig config) {
        return Daemon.start(lab, config);
    }

    /// The namespaces.
    public NetworkLab lab() {
        return lab;
    }

    /// Connects through the tunnel, and has the proxy play each script meanwhile.
    ///
    /// @param mode `serially`, `together:N` or `holding:N`, as [ConnectProbe] says
    /// @param readMillis how long to wait for the end of a connection that was made
    public Ended probe(String mode, int readMillis, List<AddressFamily> families, ProxyScript... scripts) {
        return lab.client()
                .startJava(
                        "probe",
                        ConnectProbe.class,
                        mode,
                        readMillis,
                        AddressFamily.IPV4.proxy(),
                        CONTROL_PORT,
                        destinations(families),
                        DESTINATION_PORT,
                        Stream.of(scripts).map(ProxyScript::name).collect(Collectors.joining(",")))
                .await(LIMIT)
                .orFail();
    }

    /// Connects through the tunnel without telling the proxy anything: it may not be reachable at all.
    public List<ConnectOutcome> connect(List<AddressFamily> families) {
        Ended ended = lab.client()
                .startJava(
                        "probe",
                        ConnectProbe.class,
                        "serially",
                        1,
                        "-",
                        CONTROL_PORT,
                        destinations(families),
                        DESTINATION_PORT,
                        "-")
                .await(LIMIT)
                .orFail();
        return ConnectOutcome.parse(ended.output());
    }

    @Override
    public void close() {
        lab.close();
    }

    private static String destinations(List<AddressFamily> families) {
        return families.stream().map(AddressFamily::destination).collect(Collectors.joining(","));
    }
}
