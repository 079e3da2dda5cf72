// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.refusal.ConnectOutcome;
import io.socks5tunnel.it.refusal.ProxyScript;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client's `connect` says when the SOCKS server refuses, lies, or falls silent: which error, and how soon.
/// Each configuration has one tunnel, through which all cases go in one process.
///
/// The rows of the tables are also what `docs/refusals.md` tells the user; what was measured is written to
/// `target/refusals.md`.
final class RefusalIT {
    private static final int CONNECT_TIMEOUT_MILLIS = 600;
    private static final int IDLE_MILLIS = 900;

    /// Much more than any case takes on an idle machine, and much less than the minutes after which a client gives
    /// up by
    /// itself. Only [#CONNECT_TIMEOUT_MILLIS] and [#IDLE_MILLIS] themselves are exact, downwards.
    private static final int BOUND_MILLIS = 10_000;

    private static final List<AddressFamily> FAMILIES = List.of(AddressFamily.values());
    private static final Path DOCUMENT = Path.of("../docs/refusals.md");

    private static RefusalLab lab;

    @BeforeAll
    static void open() {
        lab = RefusalLab.open();
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static DaemonConfig config() {
        return RefusalLab.config()
                .with("misc.connect-timeout", CONNECT_TIMEOUT_MILLIS)
                .with("misc.tcp-read-write-timeout", IDLE_MILLIS);
    }

    private static List<ConnectOutcome> measure(DaemonConfig config, ProxyScript... scripts) {
        try (Daemon _ = lab.start(config)) {
            return ConnectOutcome.parse(
                    lab.probe("serially", BOUND_MILLIS, FAMILIES, scripts).output());
        }
    }

    private static ConnectOutcome find(List<ConnectOutcome> outcomes, ProxyScript script, AddressFamily family) {
        return outcomes.stream()
                .filter(outcome -> outcome.script().equals(script.name())
                        && outcome.destination().equals(family.destination()))
                .findFirst()
                .orElseThrow();
    }

    @Nested
    class Exactly {
        private static List<ConnectOutcome> outcomes;

        @BeforeAll
        static void run() throws IOException {
            outcomes = measure(config(), ProxyScript.values());
            Files.write(Path.of("target/refusals.md"), table(outcomes));
        }

        @ParameterizedTest
        @CsvSource({
            "REP_1, ECONNREFUSED, ECONNREFUSED",
            "REP_2, EHOSTUNREACH, EACCES",
            "REP_3, ENETUNREACH, ENETUNREACH",
            "REP_4, EHOSTUNREACH, EHOSTUNREACH",
            "REP_5, ECONNREFUSED, ECONNREFUSED",
            "REP_6, EHOSTUNREACH, EHOSTUNREACH",
            "REP_7, ECONNREFUSED, ECONNREFUSED",
            "REP_8, ECONNREFUSED, ECONNREFUSED",
            "REP_9, ECONNREFUSED, ECONNREFUSED",
            "NO_METHOD, ECONNREFUSED, ECONNREFUSED",
            "METHOD_NOT_OFFERED, ECONNREFUSED, ECONNREFUSED",
            "LOGIN_REFUSED, ECONNREFUSED, ECONNREFUSED",
            "CLOSES_AT_GREETING, ECONNREFUSED, ECONNREFUSED",
            "CLOSES_AT_LOGIN, ECONNREFUSED, ECONNREFUSED",
            "CLOSES_AT_REQUEST, ECONNREFUSED, ECONNREFUSED",
            "CLOSES_IN_REPLY, ECONNREFUSED, ECONNREFUSED",
            "RESETS_AT_GREETING, ECONNREFUSED, ECONNREFUSED",
            "RESETS_AT_LOGIN, ECONNREFUSED, ECONNREFUSED",
            "RESETS_AT_REQUEST, ECONNREFUSED, ECONNREFUSED",
            "RESETS_IN_REPLY, ECONNREFUSED, ECONNREFUSED",
            "GARBAGE_AT_GREETING, ECONNREFUSED, ECONNREFUSED",
            "GARBAGE_AT_LOGIN, ECONNREFUSED, ECONNREFUSED",
            "GARBAGE_AT_REQUEST, ECONNREFUSED, ECONNREFUSED",
            "UNKNOWN_ADDRESS_TYPE, ECONNREFUSED, ECONNREFUSED"
        })
        void aRefusalIsTheErrorThatFits(ProxyScript script, String ipv4, String ipv6) {
            expect(script, AddressFamily.IPV4, ipv4);
            expect(script, AddressFamily.IPV6, ipv6);
        }

        @ParameterizedTest
        @CsvSource({"SILENT_AT_GREETING", "SILENT_AT_LOGIN", "SILENT_AT_REQUEST", "SILENT_IN_REPLY"})
        void silenceIsAnUnreachableHostAfterTheConnectTimeout(ProxyScript script) {
            for (AddressFamily family : FAMILIES) {
                expect(script, family, "EHOSTUNREACH");
                assertThat(find(outcomes, script, family).connectMillis())
                        .isBetween((double) CONNECT_TIMEOUT_MILLIS, (double) BOUND_MILLIS);
            }
        }

        @ParameterizedTest
        @CsvSource({"SUCCEEDED", "SUCCEEDED_BY_NAME"})
        void anIdleConnectionEndsWithAReset(ProxyScript script) {
            for (AddressFamily family : FAMILIES) {
                ConnectOutcome outcome = find(outcomes, script, family);
                assertThat(outcome.connect()).isEqualTo("OK");
                assertThat(outcome.read()).isEqualTo("ECONNRESET");
                assertThat(outcome.connectMillis() + outcome.readMillis())
                        .isBetween((double) IDLE_MILLIS, (double) BOUND_MILLIS);
            }
        }

        @Test
        void isWhatTheDocumentTells() throws IOException {
            List<String> rows = Files.readAllLines(DOCUMENT).stream()
                    .filter(row -> row.matches("\\| `[A-Z].*"))
                    .map(RefusalIT::withoutTimes)
                    .toList();

            assertThat(rows)
                    .containsExactlyElementsOf(table(outcomes).stream()
                            .map(RefusalIT::withoutTimes)
                            .toList());
        }

        private static void expect(ProxyScript script, AddressFamily family, String error) {
            ConnectOutcome outcome = find(outcomes, script, family);
            assertThat(outcome.connect()).as(outcome.toString()).isEqualTo(error);
            assertThat(outcome.connectMillis()).isLessThan(BOUND_MILLIS);
        }
    }

    @Nested
    class ByReset {
        @Test
        void everyRefusalIsARefusedConnection() {
            List<ConnectOutcome> outcomes = measure(
                    config().with("tunnel.tcp-refusal", "reset"),
                    ProxyScript.REP_2,
                    ProxyScript.REP_3,
                    ProxyScript.REP_4,
                    ProxyScript.REP_6,
                    ProxyScript.SILENT_AT_REQUEST);

            assertThat(outcomes).hasSize(10).extracting(ConnectOutcome::connect).containsOnly("ECONNREFUSED");
        }
    }

    @Nested
    class AfterAcceptingAtOnce {
        @Test
        void everyRefusalIsAResetOfTheConnection() {
            List<ConnectOutcome> outcomes = measure(
                    config().with("tunnel.tcp-accept", "immediate"),
                    ProxyScript.REP_2,
                    ProxyScript.REP_5,
                    ProxyScript.LOGIN_REFUSED,
                    ProxyScript.CLOSES_AT_REQUEST,
                    ProxyScript.SILENT_AT_REQUEST);

            // a reset may be there before the client has looked whether it is connected
            assertThat(outcomes)
                    .hasSize(10)
                    .extracting(outcome -> outcome.connect() + " " + outcome.read())
                    .isSubsetOf("OK ECONNRESET", "ECONNRESET -");
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome.script().equals(ProxyScript.SILENT_AT_REQUEST.name()))
                    .hasSize(2)
                    .extracting(ConnectOutcome::connect)
                    .containsOnly("OK");
        }
    }

    @Nested
    class WithoutAServer {
        @ParameterizedTest
        @CsvSource({
            "nobody listens, 198.18.1.2, 1",
            "nobody listens by IPv6, fc00:18::2, 1",
            "no such host on the wire, 198.18.1.77, 1080",
            "no route to it, 192.0.2.1, 1080",
            "no such name, no-such-name.invalid, 1080"
        })
        void theHostIsUnreachable(String what, String address, int port) {
            List<ConnectOutcome> outcomes;
            try (Daemon _ = lab.start(config().with("socks5.address", address).with("socks5.port", port))) {
                outcomes = lab.connect(FAMILIES);
            }

            assertThat(outcomes)
                    .as(what)
                    .hasSize(2)
                    .allSatisfy(outcome -> assertThat(outcome.connectMillis()).isLessThan(BOUND_MILLIS))
                    .extracting(ConnectOutcome::connect)
                    .containsOnly("EHOSTUNREACH");
        }
    }

    private static List<String> table(List<ConnectOutcome> outcomes) {
        List<String> rows = new ArrayList<>();
        for (ProxyScript script : ProxyScript.values()) {
            String cells = Stream.of(AddressFamily.values())
                    .map(family -> cells(find(outcomes, script, family)))
                    .reduce("", String::concat);
            rows.add("| `" + script + "` |" + cells);
        }
        return rows;
    }

    private static String cells(ConnectOutcome outcome) {
        boolean isConnected = outcome.connect().equals("OK");
        String seen = isConnected ? "OK, then " + outcome.read() : outcome.connect();
        double millis = outcome.connectMillis() + (isConnected ? outcome.readMillis() : 0);
        return String.format(Locale.ROOT, " %s | %.1f |", seen, millis);
    }

    private static String withoutTimes(String row) {
        return row.replaceAll("\\| [0-9.]+ (?=\\|)", "");
    }
}
