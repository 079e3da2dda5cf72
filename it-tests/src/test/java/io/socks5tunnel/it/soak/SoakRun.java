// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Runs a soak: rounds of traffic during which every fault is injected once, each followed by a quiet moment at
/// which the tunnel must hold what it held before the first.
final class SoakRun {
    /// Warm connections close after 10 s, idle UDP flows after half of that.
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(40);

    private static final Duration END_LIMIT = Duration.ofMinutes(3);
    private static final int POLL_MILLIS = 200;

    private final SoakPlan plan;
    private final SoakLab lab;
    private final Random random;
    private final SoakReport report = new SoakReport();

    private SoakRun(SoakPlan plan, SoakLab lab) {
        this.plan = plan;
        this.lab = lab;
        random = new Random(plan.seed());
    }

    /// Runs one in a lab of its own.
    static SoakReport run(SoakPlan plan) throws InterruptedException {
        try (SoakLab lab = SoakLab.start(plan)) {
            return new SoakRun(plan, lab).run();
        }
    }

    private SoakReport run() throws InterruptedException {
        LabProcess tunnel = lab.daemon().process();
        startTraffic(plan.warmUp()).await(plan.warmUp().plus(END_LIMIT));
        QuietMoment before = settle();
        report.begin(before, lab.cpuSeconds());
        TunnelWatch watch = new TunnelWatch(lab.daemon());
        long end = System.nanoTime() + plan.length().toNanos();
        do {
            round();
            report.addQuiet(awaitQuiet(before));
            System.err.println(report.progress());
        } while (tunnel.isAlive() && System.nanoTime() - end < 0);
        report.end(lab.cpuSeconds(), lab.lostPackets());
        watch.end();
        report.add(watch.samples(), watch.complaints());
        lab.wrongAtServer().forEach(report::addWrongAtServer);
        Ended ended = lab.daemon().stop();
        if (ended.exitCode() != 0) {
            report.addViolation("the tunnel ended with " + ended);
        }
        return report;
    }

    private LabProcess startTraffic(Duration length) {
        return lab.startTraffic(length.toSeconds(), plan.load(), random.nextLong());
    }

    private void round() throws InterruptedException {
        LabProcess traffic = startTraffic(plan.round());
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(faults, random);
        for (Fault fault : faults) {
            Thread.sleep(plan.betweenFaults());
            report.add(lab.inject(fault));
        }
        Ended ended = traffic.await(plan.round().plus(END_LIMIT));
        ended.output().lines().forEach(report::addTraffic);
        if (ended.exitCode() != 0) {
            report.addViolation("flows did not end: " + ended.errors());
        }
    }

    /// What is left when even what was opened ahead is closed.
    private QuietMoment settle() throws InterruptedException {
        LabProcess tunnel = lab.daemon().process();
        Thread.sleep(plan.settling());
        return QuietMoment.of(tunnel);
    }

    private QuietMoment awaitQuiet(QuietMoment before) throws InterruptedException {
        LabProcess tunnel = lab.daemon().process();
        long deadline = System.nanoTime() + QUIET_LIMIT.toNanos();
        QuietMoment now = QuietMoment.of(tunnel);
        while (!now.holdsWhat(before) && System.nanoTime() - deadline < 0) {
            Thread.sleep(POLL_MILLIS);
            now = QuietMoment.of(tunnel);
        }
        return now;
    }
}
