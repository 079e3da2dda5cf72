// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.refusal.ConnectOutcome;
import io.socks5tunnel.it.refusal.ProxyScript;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a tunnel does not take on: connections beyond its limits wait or go, and never more than the limit are
/// there.
final class LimitsIT {
    private static final int LIMIT = 5;
    private static final int CLIENTS = 8;
    private static final int NOT_READ = 1;
    private static final int STILL_OPEN_MILLIS = 300;

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

    /// The kernel repeats a SYN that was ignored, after a second first. So those that came too late get their turn
    /// when the first have been given up.
    @ParameterizedTest
    @ValueSource(strings = {"misc.max-half-open", "misc.max-half-open-per-client", "misc.max-dials"})
    void theProxyNeverSeesMoreThanTheLimit(String key) {
        Ended probe;
        try (Daemon _ = lab.start(RefusalLab.config()
                .with("misc.connect-timeout", 700)
                .with(key, LIMIT)
                .withWorkers(2))) {
            probe = lab.probe(
                    "together:" + CLIENTS, NOT_READ, List.of(AddressFamily.IPV4), ProxyScript.SILENT_AT_REQUEST);
        }

        assertThat(ConnectOutcome.parse(probe.output()))
                .hasSize(CLIENTS)
                .extracting(ConnectOutcome::connect)
                .containsOnly("EHOSTUNREACH");
        assertThat(probe.output()).contains("PEAK " + LIMIT + "\n");
    }

    @Test
    void exactlyAsManySessionsStayAsArePermitted() {
        Ended probe;
        try (Daemon _ = lab.start(
                RefusalLab.config().with("misc.max-session-count", LIMIT).withWorkers(2))) {
            probe = lab.probe(
                    "holding:" + CLIENTS, STILL_OPEN_MILLIS, List.of(AddressFamily.IPV4), ProxyScript.SUCCEEDED);
        }

        assertThat(ConnectOutcome.parse(probe.output()))
                .extracting(ConnectOutcome::connect)
                .containsOnly("OK");
        assertThat(ConnectOutcome.parse(probe.output()))
                .extracting(ConnectOutcome::read)
                .containsExactly("ECONNRESET", "ECONNRESET", "ECONNRESET", "OPEN", "OPEN", "OPEN", "OPEN", "OPEN");
    }
}
