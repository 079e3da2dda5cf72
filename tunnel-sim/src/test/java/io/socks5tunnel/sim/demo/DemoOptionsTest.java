// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class DemoOptionsTest {
    private static DemoOptions parse(String... arguments) {
        return DemoOptions.parse(DemoOptions.commandLine("demo", "Show"), List.of(arguments));
    }

    @Test
    void withoutALauncherTheDeviceIsSimulated() {
        assertThat(parse().obstacle())
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("no private network could be made")
                        .contains("did not start this"));
    }

    @Test
    void theLaunchersReasonIsPassedOn() {
        assertThat(parse("--no-private-network=unshare: not permitted").obstacle())
                .contains("no private network could be made (unshare: not permitted)");
    }

    @Test
    void aPrivateNetworkIsUsed() {
        var options = parse("--started-micros=1700000000000000", "--private-network");

        assertThat(options.obstacle()).isEmpty();
        assertThat(options.isNetworkPrivate()).isTrue();
        assertThat(options.startedMicros()).isEqualTo(1_700_000_000_000_000L);
        assertThat(options.seconds()).isEqualTo(3);
    }

    @Test
    void theUserMayStillWantTheSimulatedDevice() {
        var options = parse("--private-network", "--simulated");

        assertThat(options.obstacle()).contains("--simulated was given");
        assertThat(options.isNetworkPrivate()).isTrue();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> parse("--seconds", "61")).isInstanceOf(ParameterException.class);
        assertThatThrownBy(() -> parse("--seconds", "0")).isInstanceOf(ParameterException.class);
        assertThatThrownBy(() -> parse("tun7")).isInstanceOf(ParameterException.class);
    }

    @Test
    void helpIsForUsersOnly() {
        var text = new StringWriter();
        int status = new DemoCommand().run(List.of("--help"), new PrintWriter(text, true), new PrintWriter(text));

        assertThat(status).isZero();
        assertThat(text.toString())
                .contains("--seconds", "--simulated")
                .doesNotContain("--private-network", "--started-micros");
        assertThat(text.toString().lines()).allMatch(line -> line.length() <= 80);
    }
}
