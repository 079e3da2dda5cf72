// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.refusal.ConnectOutcome;
import io.socks5tunnel.it.refusal.ProxyScript;
import io.socks5tunnel.it.refusal.RefusalLab;
import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What keys of a configuration do that no other test shows: seen from outside, at the device, the process and the
/// wire. Which test proves which key is told in `docs/keys.md`.
final class ConfigurationKeysIT {
    private static final String DEVICE_FILES = "/sys/class/net/" + DaemonConfig.DEVICE + "/";

    /// Of `linux/if_tun.h`: packets carry a header for offload.
    private static final int IFF_VNET_HDR = 0x4000;

    /// The same: the device may have further queues.
    private static final int IFF_MULTI_QUEUE = 0x0100;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private NetworkLab lab;

    @BeforeEach
    void open() {
        LabRequirements.demand();
        lab = NetworkLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static DaemonConfig config() {
        return DaemonConfig.of(SocksServer.EMBEDDED);
    }

    private String ask(String... command) {
        return lab.client().run(command).orFail().output();
    }

    private int deviceFlags() {
        return Integer.decode(ask("cat", DEVICE_FILES + "tun_flags").strip());
    }

    private long deviceCounter(String name) {
        return Long.parseLong(ask("cat", DEVICE_FILES + "statistics/" + name).strip());
    }

    /// Its line may come after the device is up.
    private static void awaitLog(Daemon daemon, String text) {
        daemon.process().awaitUntil(text, LIMIT, () -> daemon.log().contains(text));
    }

    @Nested
    class OfTheDevice {
        @Test
        void nameMtuAndAddressesAreAsWritten() {
            Daemon.start(lab, config().withMtu(1400));

            assertThat(ask("ip", "-o", "link", "show", DaemonConfig.DEVICE)).contains(" mtu 1400 ", "UP");
            assertThat(ask("ip", "-o", "address", "show", DaemonConfig.DEVICE))
                    .contains(" " + AddressFamily.IPV4.tunnel() + "/32 ", " " + AddressFamily.IPV6.tunnel() + "/128 ");
        }

        @ParameterizedTest
        @CsvSource({"auto, true", "off, false"})
        void offloadIsAskedForUnlessItIsOff(String offload, boolean isAskedFor) {
            Daemon.start(lab, config().with("tunnel.offload", offload));

            assertThat((deviceFlags() & IFF_VNET_HDR) != 0).isEqualTo(isAskedFor);
        }

        @ParameterizedTest
        @CsvSource({"1, 1", "3, 3"})
        void thereAreAsManyQueuesAsWorkers(int workers, int queues) {
            Daemon daemon = Daemon.start(lab, config().withWorkers(workers));

            assertThat(ask("ls", DEVICE_FILES + "queues").lines().filter(line -> line.startsWith("tx-")))
                    .hasSize(queues);
            awaitLog(daemon, workers + " shard");
        }

        @ParameterizedTest
        @CsvSource({"true", "false"})
        void multiQueueChangesNothing(String multiQueue) {
            Daemon daemon = Daemon.start(lab, config().withWorkers(1).with("tunnel.multi-queue", multiQueue));
            int flags = deviceFlags();
            daemon.stop();

            Daemon.start(lab, config().withWorkers(1));

            assertThat(flags & IFF_MULTI_QUEUE).isEqualTo(deviceFlags() & IFF_MULTI_QUEUE);
            assertThat(daemon.log()).containsPattern("\\[I] .*tunnel.multi-queue has no effect here");
        }
    }

    @Nested
    class OfTheProcess {
        @Test
        void bothLimitsOfOpenFilesAreAsWritten() {
            Daemon daemon = Daemon.start(lab, config().with("misc.limit-nofile", 4321));

            assertThat(ask("cat", "/proc/" + daemon.process().pid() + "/limits"))
                    .containsPattern("Max open files +4321 +4321 +files");
        }

        @ParameterizedTest
        @CsvSource({"debug, true", "info, true", "warn, false", "error, false"})
        void theLevelDecidesWhetherConnectionsAreLogged(String level, boolean areLogged) {
            SocksServer.EMBEDDED.start(lab);
            Applications applications = Applications.start(lab);
            Daemon daemon = Daemon.start(lab, config().with("misc.log-level", level));

            applications.download(AddressFamily.IPV4, 1, 1);
            daemon.stop();

            assertThat(daemon.log().contains(AddressFamily.IPV4.destination())).isEqualTo(areLogged);
        }
    }

    @Nested
    class OfThreads {
        /// The kernel keeps 15 characters of a thread's name.
        private static final Pattern SHARD =
                Pattern.compile("(?m)^Name:\\s+socks5-tunnel-s\\nCpus_allowed_list:\\s+(\\S+)$");

        private static final String KEY = "threads.affinity";

        private String one;
        private String other;
        private String any;

        @BeforeEach
        void lookWhatThereIs() {
            LabRequirements.demandPrograms("taskset");
            String affinity = ask("sh", "-c", "taskset -pc $$").strip();
            List<Integer> usable = CpuList.parse(affinity.substring(affinity.lastIndexOf(':') + 1))
                    .orElseThrow()
                    .cpus();
            assumeTrue(usable.size() > 1, "two CPUs");
            one = usable.getFirst().toString();
            other = usable.getLast().toString();
            any = ask("sh", "-c", "sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status")
                    .strip();
        }

        @Test
        void shardsRunWhereTheyAreTold() {
            Daemon daemon = start(other + "," + one);
            expectShards(daemon, other, one);
            awaitLog(daemon, "a queue each, shard 0 on CPU " + other + ", shard 1 on CPU " + one);
            daemon.stop();

            expectShards(start(one), one, one);
        }

        @ParameterizedTest
        @CsvSource({"auto", "off"})
        void shardsRunAnywhereUnlessTheyAreTold(String affinity) throws IOException {
            try (var nodes = Files.newDirectoryStream(Path.of("/sys/devices/system/node"), "node[0-9]*")) {
                boolean isOne = StreamSupport.stream(nodes.spliterator(), false).count() == 1;
                assumeTrue(isOne || affinity.equals("off"), "one NUMA node");
            }
            Daemon daemon = start(affinity);
            awaitLog(daemon, "2 shards");

            expectShards(daemon, any, any);
        }

        @Test
        void aCpuThatThereIsNotIsAWarning() {
            Daemon daemon = start(one + ",8191");

            expectShards(daemon, one, any);
            awaitLog(daemon, "[W] threads.affinity: this process cannot run on CPU 8191, so shard 1 runs anywhere");
        }

        private Daemon start(String affinity) {
            return Daemon.start(lab, config().withWorkers(2).with(KEY, affinity));
        }

        /// In the order in which they were started.
        private void expectShards(Daemon daemon, String... cpus) {
            List<String> expected = List.of(cpus);
            daemon.process()
                    .awaitUntil(
                            "shards on " + expected,
                            LIMIT,
                            () -> cpusOfShards(daemon).equals(expected));
        }

        private List<String> cpusOfShards(Daemon daemon) {
            String files = "/proc/" + daemon.process().pid() + "/task/*/status";
            return SHARD.matcher(ask("sh", "-c", "grep -hE '^(Name|Cpus_allowed_list):' " + files + " || true"))
                    .results()
                    .map(shard -> shard.group(1))
                    .toList();
        }
    }

    @Nested
    class OfTheSocksServer {
        private Applications applications;

        private void serve(SocksServer server) {
            server.start(lab);
            applications = Applications.start(lab);
        }

        private void expectTraffic() {
            assertThat(applications.download(AddressFamily.IPV4, 100_000, 7)).isEqualTo(SeededBytes.sha256(7, 100_000));
        }

        @Test
        void itsAddressMayBeAName() throws IOException {
            serve(SocksServer.EMBEDDED);
            Path hosts = Files.writeString(
                    lab.directory().resolve("hosts"), AddressFamily.IPV4.proxy() + " proxy.example\n");
            List<String> program = new ArrayList<>(List.of(
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
                    hosts.toString()));
            program.addAll(RuntimeImage.command());

            Daemon.start(lab, config().with("socks5.address", "proxy.example"), program);

            expectTraffic();
        }

        /// Not with microsocks, which reads as much as there is for each message and forgets what was too much.
        @ParameterizedTest
        @CsvSource({"EMBEDDED, false", "EMBEDDED, true", "DANTE, true"})
        void theHandshakeMayBePipelined(SocksServer server, String pipeline) {
            serve(server);

            Daemon.start(lab, DaemonConfig.of(server).with("socks5.pipeline", pipeline));

            expectTraffic();
        }

        /// The server's kernel takes data with a SYN without a cookie, and the client's sends some.
        @ParameterizedTest
        @CsvSource({"true, 1", "false, 0"})
        void fastOpenSendsTheGreetingWithTheSyn(String fastOpen, int times) {
            lab.server().run("sysctl", "-w", "net.ipv4.tcp_fastopen=0x602").orFail();
            lab.client().run("sysctl", "-w", "net.ipv4.tcp_fastopen=0x5").orFail();
            serve(SocksServer.EMBEDDED);

            // a connection that is kept ready would count, too
            Daemon.start(lab, config().with("socks5.tcp-fastopen", fastOpen).with("misc.warm-connections", 0));
            expectTraffic();

            assertThat(ask("nstat", "-az", "TcpExtTCPFastOpenActive"))
                    .containsPattern("FastOpenActive +" + times + " ");
        }
    }

    @Nested
    class OfFlows {
        private static final int BUFFER_BYTES = 4096;
        private static final int HEADERS_BYTES = 60;

        /// No packet to the client holds more than may be unacknowledged; without the limit most hold much more.
        @ParameterizedTest
        @CsvSource({"4096, true", "65536, false"})
        void aSmallBufferIsALimit(int bufferBytes, boolean isSmall) {
            SocksServer.EMBEDDED.start(lab);
            Applications applications = Applications.start(lab);
            Daemon.start(lab, config().with("misc.tcp-buffer-size", bufferBytes));

            applications.download(AddressFamily.IPV4, 5_000_000, 1);

            long average = deviceCounter("rx_bytes") / deviceCounter("rx_packets");
            assertThat(average <= BUFFER_BYTES + HEADERS_BYTES)
                    .as("an average of " + average)
                    .isEqualTo(isSmall);
        }
    }

    /// Where the proxy says little.
    @Nested
    class OfIdleFlows {
        private static final int IDLE_MILLIS = 700;
        private static RefusalLab refusals;

        @BeforeAll
        static void openRefusals() {
            refusals = RefusalLab.open();
        }

        @AfterAll
        static void closeRefusals() {
            if (refusals != null) {
                refusals.close();
            }
        }

        @ParameterizedTest
        @CsvSource({"misc.read-write-timeout", "misc.tcp-read-write-timeout"})
        void theOldTimeoutStandsForTheNewOne(String key) {
            try (Daemon _ = refusals.start(RefusalLab.config().with(key, IDLE_MILLIS))) {
                List<ConnectOutcome> outcomes = ConnectOutcome.parse(
                        refusals.probe("serially", 20_000, List.of(AddressFamily.IPV4), ProxyScript.SUCCEEDED)
                                .output());

                assertThat(outcomes).extracting(ConnectOutcome::read).containsExactly("ECONNRESET");
                assertThat(outcomes.getFirst().connectMillis()
                                + outcomes.getFirst().readMillis())
                        .isGreaterThanOrEqualTo(IDLE_MILLIS);
            }
        }
    }
}
