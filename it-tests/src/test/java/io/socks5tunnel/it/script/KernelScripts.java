// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.tun.linux.LinuxTunProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plays every packet script on the kernel of the network namespace that it runs in, and leaves the answers in
/// files. A program of its own, because a process cannot move into a namespace as a whole.
///
/// A run that took longer than it wanted may show resends and delayed acknowledgements that belong to the machine's
/// load, so it is played again. So is one whose answers are not those of the script: the kernel's clock may tick
/// between two steps, but a kernel that really answers otherwise does so each time.
public final class KernelScripts {
    private static final int MTU = 1500;
    private static final int SLABS = 256;
    private static final int ATTEMPTS = 6;
    private static final long LATE_MILLIS = 15;
    private static final String END_OF_STEP = "--";

    private final TunQueue queue;
    private final PacketBurst burst = new PacketBurst(new Slabs());
    private final ScriptLibrary library = ScriptLibrary.ofTests();
    private int clientPort = 20_000;

    private KernelScripts(TunQueue queue) {
        this.queue = queue;
    }

    /// @param arguments the directory for the answers
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        TunSettings settings = new TunSettings(
                "oracle",
                MTU,
                Optional.of("198.18.50.1"),
                Optional.of("fd00:18:50::1"),
                TunSettings.Icmp.OFF,
                Optional.empty(),
                Optional.empty(),
                TunSettings.Offload.OFF,
                TunSettings.TcpRefusal.EXACT,
                TunSettings.TcpAccept.AFTER_CONNECT);
        try (TunDevice device = new LinuxTunProvider().open(new TunRequest(settings, 1, TunQueue.NO_DESCRIPTOR))) {
            run("ip", "route", "add", "198.18.50.2/32", "dev", "oracle");
            run("ip", "-6", "route", "add", "fd00:18:50::2/128", "dev", "oracle");
            // what one script taught the kernel about the client must not show in the next one
            run("sysctl", "-q", "-w", "net.ipv4.tcp_no_metrics_save=1");
            // answers to strange segments are counted per socket and half second otherwise
            run("sysctl", "-q", "-w", "net.ipv4.tcp_invalid_ratelimit=0");
            // and acknowledgements of what comes out of order are gathered
            run("sysctl", "-q", "-w", "net.ipv4.tcp_comp_sack_nr=0");
            // no pacing; a namespace may choose no other one that has none
            run("sysctl", "-q", "-w", "net.ipv4.tcp_congestion_control=reno");
            new KernelScripts(device.queue(0)).playAll(directory);
        }
    }

    private void playAll(Path directory) throws IOException {
        List<PacketScript> scripts = library.scripts();
        // the first run of all code is slow
        for (int i = 0; i < 20; i++) {
            play(scripts.getFirst(), ScriptFamily.IPV4, 1);
        }
        for (PacketScript script : scripts) {
            for (ScriptFamily family : script.families()) {
                Files.write(file(directory, script.name(), family), play(script, family, ATTEMPTS));
            }
        }
        System.out.println(scripts.size() + " scripts played");
    }

    private List<String> play(PacketScript script, ScriptFamily family, int attempts) throws IOException {
        List<String> lines = new ArrayList<>();
        List<List<String>> expected =
                script.steps().stream().map(ScriptStep::answers).toList();
        boolean isInDoubt = true;
        for (int attempt = 0; attempt < attempts && isInDoubt; attempt++) {
            lines.clear();
            try (ScriptHost host = new KernelHost(queue, burst, family, clientPort++, script.receiveBufferBytes())) {
                ScriptRun run = new ScriptRun(host, library);
                long begin = System.nanoTime();
                List<List<String>> played = run.play(script);
                for (List<String> answers : played) {
                    lines.addAll(answers);
                    lines.add(END_OF_STEP);
                }
                isInDoubt = (System.nanoTime() - begin) / 1_000_000 > run.plannedMillis() + LATE_MILLIS
                        || !played.equals(expected);
            } catch (RuntimeException e) {
                throw new IllegalStateException("in " + script.name(), e);
            }
        }
        return lines;
    }

    /// Where the answers to a script are left.
    static Path file(Path directory, String script, ScriptFamily family) {
        return directory.resolve(script + "." + family + ".answers");
    }

    /// What was left there, step by step.
    static List<List<String>> answers(Path directory, String script, ScriptFamily family) throws IOException {
        List<List<String>> steps = new ArrayList<>();
        List<String> step = new ArrayList<>();
        for (String line : Files.readAllLines(file(directory, script, family))) {
            if (line.equals(END_OF_STEP)) {
                steps.add(List.copyOf(step));
                step.clear();
            } else {
                step.add(line);
            }
        }
        return steps;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exitCode != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exitCode);
        }
    }

    /// Slabs for what is read.
    private static final class Slabs implements SlabPool {
        private final List<Slab> free = new ArrayList<>();
        private int taken;

        @Override
        public Slab tryTake() {
            if (!free.isEmpty()) {
                return free.removeLast();
            }
            return taken++ < SLABS ? new Slab() : null;
        }

        @Override
        public void give(Slab slab) {
            free.add(slab);
        }

        @Override
        public int available() {
            return SLABS - taken + free.size();
        }
    }
}
