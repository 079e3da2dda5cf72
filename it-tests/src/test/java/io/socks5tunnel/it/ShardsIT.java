// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LibraryTunnel;
import io.socks5tunnel.it.lab.QueueSteering;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two shards on two queues of one device: the kernel spreads the flows, and a packet that turns up at the wrong
/// queue reaches its flow all the same.
final class ShardsIT {
    private static final int FLOWS = 100;
    private static final long BYTES = 1_000_000;
    private static final long SEED = 20;
    private static final Pattern PER_SHARD = Pattern.compile("tcpFlowsPerShard=\\[(\\d+), (\\d+)\\]");
    private static final Pattern STRAYS = Pattern.compile("strays=(\\d+)");

    private TunnelledLab lab;

    @BeforeEach
    void start() {
        lab = TunnelledLab.start(
                DaemonConfig.of(SocksServer.EMBEDDED).withWorkers(2), RuntimeImage.command(LibraryTunnel.class));
    }

    @AfterEach
    void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void flowsAreSpreadOverBothShards() {
        TransferReport report = echo();

        assertThat(report.failures()).isEmpty();
        String statistics = statisticsAtTheEnd();
        Matcher shards = find(PER_SHARD, statistics);
        long first = Long.parseLong(shards.group(1));
        long second = Long.parseLong(shards.group(2));
        // The first flow is the lab's own.
        assertThat(first + second).as(statistics).isEqualTo(FLOWS + 1);
        // Far from what chance would give even once in a million runs, if the kernel spreads flows evenly.
        assertThat(Math.min(first, second)).as(statistics).isGreaterThanOrEqualTo(FLOWS / 5);
    }

    @Test
    void flowsThatMoveToAndFroBetweenQueuesLoseNothing() {
        steer("alternate", "50");

        TransferReport report = echo();

        assertThat(report.failures()).isEmpty();
        lab.daemon().expectHealthy();
        assertThat(strays(statisticsAtTheEnd())).isPositive();
    }

    @Test
    void packetsThatArriveAtAnyQueueAtRandomLoseNothing() {
        steer("random");

        TransferReport report = echo();

        assertThat(report.failures()).isEmpty();
        lab.daemon().expectHealthy();
        assertThat(strays(statisticsAtTheEnd())).isPositive();
    }

    private TransferReport echo() {
        TransferReport report = lab.applications().transfer(TransferMode.ECHO, AddressFamily.IPV4, FLOWS, BYTES, SEED);
        assertThat(report.connections()).hasSize(FLOWS);
        return report;
    }

    private void steer(String... how) {
        Object[] arguments = new Object[how.length + 2];
        arguments[0] = DaemonConfig.DEVICE;
        arguments[1] = 2;
        System.arraycopy(how, 0, arguments, 2, how.length);
        LabProcess steering = lab.lab().client().startJava("steering", QueueSteering.class, arguments);
        steering.awaitUntil(
                "steering", Duration.ofSeconds(20), () -> steering.output().contains("steering"));
    }

    /// The tunnel prints its counters when it ends.
    private String statisticsAtTheEnd() {
        Ended ended = lab.daemon().stop();
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        List<String> lines = ended.output()
                .lines()
                .filter(line -> line.contains("tcpFlowsPerShard="))
                .toList();
        assertThat(lines).as(ended.toString()).isNotEmpty();
        System.out.println(lines.getLast());
        return lines.getLast();
    }

    private static long strays(String statistics) {
        return Long.parseLong(find(STRAYS, statistics).group(1));
    }

    private static Matcher find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in: " + text).isTrue();
        return matcher;
    }
}
