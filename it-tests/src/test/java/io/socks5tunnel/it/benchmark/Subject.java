// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.AnsweringProxy;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.ProcessUsage;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A running [SetUp] in a lab of its own, that load is sent through.
final class Subject implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration MARGIN = Duration.ofSeconds(40);

    private final SetUp setUp;
    private final NetworkLab lab;
    private final LabProcess server;
    private final @Nullable Daemon tunnel;

    private Subject(SetUp setUp, NetworkLab lab, LabProcess server, @Nullable Daemon tunnel) {
        this.setUp = setUp;
        this.lab = lab;
        this.server = server;
        this.tunnel = tunnel;
    }

    /// Starts it with a real SOCKS5 server behind it.
    static Subject start(SetUp setUp, SocksServer server, DaemonConfig config) {
        NetworkLab lab = NetworkLab.open();
        try {
            return new Subject(setUp, lab, server.start(lab), tunnel(setUp, lab, config));
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// Starts it with an [AnsweringProxy] behind it, which costs less than a server and a destination.
    static Subject startAnswered(SetUp setUp, BenchmarkOptions options, UnaryOperator<DaemonConfig> change) {
        NetworkLab lab = NetworkLab.open();
        try {
            LabProcess proxy =
                    lab.server().startJava("proxy", AnsweringProxy.class, AddressFamily.IPV4.proxy(), SocksServer.PORT);
            proxy.awaitListening(SocksServer.PORT, START_LIMIT);
            DaemonConfig config = config(SocksServer.EMBEDDED, options);
            return new Subject(setUp, lab, proxy, tunnel(setUp, lab, change.apply(config)));
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// All of them; none is left behind if one does not start.
    static List<Subject> startAll(List<SetUp> setUps, java.util.function.Function<SetUp, Subject> start) {
        List<Subject> subjects = new ArrayList<>();
        try {
            setUps.forEach(setUp -> subjects.add(start.apply(setUp)));
            return subjects;
        } catch (RuntimeException e) {
            subjects.forEach(Subject::close);
            throw e;
        }
    }

    /// What all programs are told alike.
    static DaemonConfig config(SocksServer server, BenchmarkOptions options) {
        return DaemonConfig.of(server)
                .withWorkers(options.workers())
                .with("socks5.udp", "udp")
                .with("misc.log-level", "warn");
    }

    private static @Nullable Daemon tunnel(SetUp setUp, NetworkLab lab, DaemonConfig config) {
        if (!setUp.hasTunnel()) {
            return null;
        }
        return Daemon.start(lab, setUp.offload() ? config : config.withoutOffload(), setUp.program());
    }

    String name() {
        return setUp.name();
    }

    NetworkLab lab() {
        return lab;
    }

    /// Of the tunnel's process until now; zeros without a tunnel.
    ProcessUsage usage() {
        return tunnel == null ? ProcessUsage.NONE : tunnel.usage();
    }

    /// The process id of the tunnel.
    long pid() {
        if (tunnel == null) {
            throw new IllegalStateException("no tunnel");
        }
        return tunnel.process().pid();
    }

    /// CPU time of the SOCKS server until now.
    double serverSeconds() {
        return server.usage().cpuSeconds();
    }

    /// Runs a load generator to its end.
    ///
    /// @param arguments of its main method, after the address of the proxy, or `-` if there is a tunnel
    /// @return what it printed, lines of a name and a number, and `tunnelSeconds`, the tunnel's CPU time meanwhile
    Map<String, Double> load(Class<?> generator, int seconds, Object... arguments) {
        double before = usage().cpuSeconds();
        Ended ended = startLoad(generator, arguments)
                .await(MARGIN.plusSeconds(seconds))
                .orFail();
        Map<String, Double> values = figures(ended.output());
        values.put("tunnelSeconds", usage().cpuSeconds() - before);
        return values;
    }

    /// Starts a load generator.
    LabProcess startLoad(Class<?> generator, Object... arguments) {
        Object proxy = setUp.hasTunnel() ? "-" : AddressFamily.IPV4.proxy() + ":" + SocksServer.PORT;
        Object[] all = Stream.concat(Stream.of(proxy), Stream.of(arguments)).toArray();
        return lab.client().startJava("load", generator, all);
    }

    /// Lines of a name and a number.
    static Map<String, Double> figures(String output) {
        Map<String, Double> values = new HashMap<>();
        output.lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2)
                .forEach(words -> values.put(words[0], Double.valueOf(words[1])));
        return values;
    }

    /// What the tunnel has logged.
    String log() {
        return tunnel == null ? "" : tunnel.log();
    }

    @Override
    public void close() {
        lab.close();
    }
}
