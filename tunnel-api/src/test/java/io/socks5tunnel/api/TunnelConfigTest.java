// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.Socks5Settings.Credentials;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TunnelConfigTest {
    private static final String SERVER = "socks5: {port: 1080, address: 127.0.0.1}\n";

    @Nested
    class FromFile {
        private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());

        @AfterEach
        void close() throws IOException {
            files.close();
        }

        @Test
        void isLoaded() throws Exception {
            Path file = write("/etc/tunnel.yml", SERVER + "tunnel:\n  mtu: 1400\n", UTF_8);

            assertThat(TunnelConfig.load(file).config().tunnel().mtuBytes()).isEqualTo(1400);
        }

        @Test
        void missingIsRefusedByName() {
            Path file = files.getPath("/etc/none.yml");

            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> TunnelConfig.load(file))
                    .withMessage("/etc/none.yml: there is no such file");
        }

        @Test
        void directoryIsRefused() throws IOException {
            Path directory = Files.createDirectories(files.getPath("/etc/tunnel"));

            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> TunnelConfig.load(directory))
                    .withMessageStartingWith("/etc/tunnel: cannot be read: ");
        }

        @Test
        void mistakeNamesFileAndPlace() throws IOException {
            Path file = write("/etc/tunnel.yml", SERVER + "tunnel:\n  mtu: 1O500\n", UTF_8);

            ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> TunnelConfig.load(file));

            assertThat(refusal)
                    .hasMessage("/etc/tunnel.yml, line 3, column 8: tunnel.mtu \"1O500\" is out of range;"
                            + " allowed: bytes, 68 to 65535");
            assertThat(refusal.line()).isEqualTo(3);
            assertThat(refusal.column()).isEqualTo(8);
        }

        @Test
        void byteOrderMarksAreUnderstood() throws Exception {
            for (Charset charset : new Charset[] {UTF_8, UTF_16LE, UTF_16BE}) {
                Path file = write("/tunnel.yml", "\uFEFF" + SERVER, charset);

                assertThat(TunnelConfig.load(file).config().socks5().port())
                        .as(charset.name())
                        .isEqualTo(1080);
            }
        }

        @Test
        void textThatIsNotUtf8IsRefusedWithItsPlace() throws IOException {
            Path file = write("/tunnel.yml", SERVER + "# Straße\n", ISO_8859_1);

            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> TunnelConfig.load(file))
                    .withMessage("/tunnel.yml, line 2, column 7: no YAML: this byte is not UTF-8");
        }

        @Test
        void endlessFileIsRefused() throws IOException {
            Path file = write("/tunnel.yml", " ".repeat(ConfigText.MAX_BYTES + 1), UTF_8);

            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> TunnelConfig.load(file))
                    .withMessageContaining("larger than 1048576 bytes");
        }

        private Path write(String name, String text, Charset charset) throws IOException {
            Path file = files.getPath(name);
            Files.createDirectories(file.getParent());
            return Files.write(file, text.getBytes(charset));
        }
    }

    @Nested
    class WithRepeatedSections {
        @Test
        void laterOnesOverrideKeyByKey() throws ConfigException {
            TunSettings tunnel = parse(SERVER + """
                    tunnel: {name: tun1, mtu: 1500}
                    tunnel: {mtu: 9000, ipv4: 198.18.0.1}
                    """).tunnel();

            assertThat(tunnel.name()).isEqualTo("tun1");
            assertThat(tunnel.mtuBytes()).isEqualTo(9000);
            assertThat(tunnel.ipv4()).hasValue("198.18.0.1");
        }

        @Test
        void loginOfAnEarlierServerStays() throws ConfigException {
            Socks5Settings socks5 = parse("""
                    socks5: {port: 1, address: 192.0.2.1, username: u, password: p}
                    socks5: {port: 2, address: 192.0.2.2}
                    """).socks5();

            assertThat(socks5.port()).isEqualTo(2);
            assertThat(socks5.address()).isEqualTo("192.0.2.2");
            assertThat(socks5.credentials()).hasValue(new Credentials("u", "p"));
        }

        @Test
        void lastOfTwoEqualKeysCounts() throws ConfigException {
            assertThat(parse(SERVER + "tunnel:\n  mtu: 1500\n  mtu: 1400\n")
                            .tunnel()
                            .mtuBytes())
                    .isEqualTo(1400);
        }

        @Test
        void secondDocumentIsNotRead() throws ConfigException {
            LoadedConfig loaded = TunnelConfig.parse(SERVER + "---\nsocks5: {port: 99999}\n");

            assertThat(loaded.config().socks5().port()).isEqualTo(1080);
            assertThat(loaded.warnings()).isEmpty();
        }
    }

    @Nested
    class InOlderForms {
        @Test
        void nestedAddressesCount() throws ConfigException {
            LoadedConfig loaded = TunnelConfig.parse(SERVER + """
                    tunnel:
                      ipv4:
                        address: 198.18.0.1
                      ipv6:
                        address: 'fc00::1'
                      mtu: 1400
                    """);

            assertThat(loaded.config().tunnel().ipv4()).hasValue("198.18.0.1");
            assertThat(loaded.config().tunnel().ipv6()).hasValue("fc00::1");
            assertThat(loaded.config().tunnel().mtuBytes()).isEqualTo(1400);
            assertThat(loaded.warnings()).isEmpty();
        }

        @Test
        void commonTimeoutStandsInForTheOneThatIsAbsent() throws ConfigException {
            LimitSettings limits = parse(SERVER + "misc: {read-write-timeout: 7000, tcp-read-write-timeout: 8000}\n")
                    .limits();

            assertThat(limits.tcpIdleMillis()).isEqualTo(8000);
            assertThat(limits.udpIdleMillis()).isEqualTo(7000);
        }

        @Test
        void commonTimeoutStandsInForOneThatIsZero() throws ConfigException {
            LimitSettings limits = parse(SERVER + "misc: {tcp-read-write-timeout: 0, read-write-timeout: 7000}\n")
                    .limits();

            assertThat(limits.tcpIdleMillis()).isEqualTo(7000);
        }
    }

    @Nested
    class AsOfHevsSampleWithEverySectionInUse {
        private static final String SAMPLE = """
                tunnel:
                  name: tun0
                  mtu: 8500
                  multi-queue: false
                  ipv4: 198.18.0.1
                  ipv6: 'fc00::1'
                  icmp: 'off'
                  post-up-script: up.sh
                  pre-down-script: down.sh
                socks5:
                  port: 1080
                  address: 127.0.0.1
                  udp: 'udp'
                  udp-address: ''
                  pipeline: false
                  username: 'username'
                  password: 'password'
                  mark: 0
                  tcp-fastopen: false
                mapdns:
                  address: 198.18.0.2
                  port: 53
                  network: 100.64.0.0
                  netmask: 255.192.0.0
                  cache-size: 10000
                misc:
                  task-stack-size: 86016
                  tcp-buffer-size: 65536
                  udp-recv-buffer-size: 524288
                  udp-copy-buffer-nums: 10
                  max-session-count: 0
                  connect-timeout: 10000
                  tcp-read-write-timeout: 300000
                  udp-read-write-timeout: 60000
                  log-file: null
                  log-level: warn
                  pid-file: /run/hev-socks5-tunnel.pid
                  limit-nofile: 65535
                """;

        @Test
        void isTakenAsItIs() throws ConfigException {
            TunnelConfig config = parse(SAMPLE);

            assertThat(config.tunnel())
                    .isEqualTo(new TunSettings(
                            "tun0",
                            8500,
                            Optional.of("198.18.0.1"),
                            Optional.of("fc00::1"),
                            TunSettings.Icmp.OFF,
                            Optional.of("up.sh"),
                            Optional.of("down.sh"),
                            TunSettings.Offload.AUTO,
                            TunSettings.TcpRefusal.EXACT,
                            TunSettings.TcpAccept.AFTER_CONNECT));
            assertThat(config.socks5())
                    .isEqualTo(new Socks5Settings(
                            "127.0.0.1",
                            1080,
                            Optional.of(Socks5Settings.Udp.UDP),
                            Optional.empty(),
                            false,
                            Optional.of(new Credentials("username", "password")),
                            0,
                            false));
            assertThat(config.mapDns())
                    .isEqualTo(MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", "255.192.0.0", 10_000));
            assertThat(config.limits())
                    .as("hev's defaults, which are ours but for the 10 datagrams per call")
                    .isEqualTo(
                            new LimitSettings(0, 1024, 512, 256, 10_000, 300_000, 60_000, 65_536, 524_288, 10, 4, 4));
            assertThat(config.process())
                    .isEqualTo(new ProcessSettings(
                            "null", ProcessSettings.LogLevel.WARN, Optional.of("/run/hev-socks5-tunnel.pid"), 65_535));
        }

        @Test
        void remarksAreOnlyOnWhatHasNoEffect() throws ConfigException {
            for (ConfigWarning warning : TunnelConfig.parse(SAMPLE).warnings()) {
                assertThat(warning.text()).contains("has no effect here");
            }
        }

        @Test
        void remarksAreInTheOrderOfTheText() throws ConfigException {
            assertThat(TunnelConfig.parse(SAMPLE).warnings())
                    .extracting(ConfigWarning::line)
                    .isSorted()
                    .hasSizeGreaterThan(1);
        }
    }

    @Nested
    class WithoutServer {
        @Test
        void startsAndKnowsIt() throws ConfigException {
            Socks5Settings socks5 = parse("tunnel: {mtu: 1500}").socks5();

            assertThat(socks5.isNone()).isTrue();
            assertThat(parse(SERVER).socks5().isNone()).isFalse();
        }
    }

    @Nested
    class Marks {
        @Test
        void takeAnyBaseAndAllThirtyTwoBits() throws ConfigException {
            assertThat(mark("0x1b6")).isEqualTo(438);
            assertThat(mark("438")).isEqualTo(438);
            assertThat(mark("0666")).isEqualTo(438);
            assertThat(mark("0xffffffff")).isEqualTo(-1);
        }

        private int mark(String text) throws ConfigException {
            return parse("socks5: {port: 1080, address: 127.0.0.1, mark: " + text + "}")
                    .socks5()
                    .mark();
        }
    }

    @Nested
    class Secrets {
        private static final String LOGIN =
                "socks5: {port: 1080, address: 127.0.0.1, username: alice, password: hunter2}\n";

        @Test
        void anEmptyOneIsPrintedTooSoThatTheTextLoads() throws ConfigException {
            String printed = parse(LOGIN.replace("hunter2", "''")).toYaml();

            assertThat(printed).contains("username: \"***\"", "password: \"***\"");
            assertThat(parse(printed).toYaml()).isEqualTo(printed);
        }

        @Test
        void areMaskedInPrint() throws ConfigException {
            TunnelConfig config = parse(LOGIN);

            assertThat(config.toYaml()).doesNotContain("alice", "hunter2").contains("username: \"***\"");
            assertThat(config.toString()).doesNotContain("alice", "hunter2");
        }

        @Test
        void areNotQuotedWhenTheSpaceAfterTheColonIsMissing() throws ConfigException {
            LoadedConfig loaded = TunnelConfig.parse("socks5: {port: 1080, address: 127.0.0.1, password:hunter2}\n");

            assertThat(loaded.warnings()).hasSize(1);
            assertThat(loaded.warnings().getFirst().text()).doesNotContain("hunter2");
        }

        @Test
        void areNotQuotedInSyntaxErrors() {
            for (String value : new String[] {"*hunter2", "!hunter2!x", "'hunter2", "%hunter2", "{hunter2"}) {
                assertThatExceptionOfType(ConfigException.class)
                        .as(value)
                        .isThrownBy(() -> TunnelConfig.parse("socks5:\n  password: " + value + "\n"))
                        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("hunter2"))
                        .withNoCause();
            }
        }
    }

    @Nested
    class Printed {
        @Test
        void anAddressWithoutAValueIsAsGoodAsNone() throws ConfigException {
            TunnelConfig config = parse(SERVER + "mapdns: {address: , network: '', port: 53}\n");

            assertThat(config.mapDns().address()).isEqualTo("0.0.0.0");
            assertThat(config.mapDns().network()).isEqualTo("0.0.0.0");
            assertThat(parse(config.toYaml())).isEqualTo(config);
        }

        @Test
        void aLogWithoutAPathGoesToTheConsole() throws ConfigException {
            assertThat(parse(SERVER + "misc: {log-file: ''}\n").toYaml()).contains("log-file: stderr");
        }

        @Test
        void holdsDefaultsToo() throws ConfigException {
            assertThat(parse(SERVER).toYaml()).isEqualTo("""
                    tunnel:
                      mtu: 8500
                      icmp: off
                      offload: auto
                      tcp-refusal: exact
                      tcp-accept: after-connect
                    socks5:
                      port: 1080
                      address: 127.0.0.1
                      pipeline: false
                      mark: 0
                      tcp-fastopen: false
                    mapdns:
                      address: 0.0.0.0
                      port: 0
                      network: 0.0.0.0
                      netmask: 0.0.0.0
                      cache-size: 0
                    dns:
                      transport: auto
                    misc:
                      tcp-buffer-size: 65536
                      udp-recv-buffer-size: 524288
                      udp-copy-buffer-nums: 16
                      max-session-count: 0
                      connect-timeout: 10000
                      tcp-read-write-timeout: 300000
                      udp-read-write-timeout: 60000
                      log-file: stderr
                      log-level: warn
                      limit-nofile: 65535
                      capabilities: auto
                      max-half-open: 1024
                      max-half-open-per-client: 512
                      max-dials: 256
                      warm-associations: 4
                      warm-connections: 4
                    threads:
                      workers: 0
                      min-workers: 0
                      affinity: auto
                    """);
        }
    }

    private static TunnelConfig parse(String yaml) throws ConfigException {
        return TunnelConfig.parse(yaml).config();
    }

    @Test
    void aNameForTheSimulatorIsTakenAsItIs() throws Exception {
        var loaded =
                TunnelConfig.parse("tunnel: {name: 'sim:some/capture.pcapng'}\nsocks5: {address: 127.0.0.1, port: 1}");

        assertThat(loaded.config().tunnel().name()).isEqualTo("sim:some/capture.pcapng");
    }
}
