// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.exhaustion;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.hostile.HostileLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.NetworkNamespace;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What happens to a tunnel as a whole while connections are open: they wait for as long as it lasts, and then go
/// on without a byte lost.
final class InterruptionIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SECONDS = Boolean.getBoolean("socks5tunnel.full") ? "10" : "3";
    private static final int CONNECTIONS = 4;
    private static final long MORE_BYTES = 400_000;

    private static HostileLab lab;

    @BeforeAll
    static void open() {
        DaemonConfig config = RefusalLab.config().withWorkers(2).with("misc.log-level", "warn");
        lab = HostileLab.start(config, RuntimeImage.command());
        lab.tell("deal " + HostileLab.SERVED);
        lab.beginFlows(CONNECTIONS, 0);
        awaitMore();
    }

    @AfterAll
    static void everyByteHasComeBack() {
        if (lab == null) {
            return;
        }
        try (HostileLab _ = lab) {
            String[] words = lab.tell("stop").getFirst().split(" ", 3);
            assertThat(words[2]).isEmpty();
            System.out.println(words[0] + " bytes came back on " + CONNECTIONS + " connections");
        }
    }

    @AfterEach
    void connectionsGoOn() {
        awaitMore();
        lab.daemon().expectHealthy();
    }

    private static void awaitMore() {
        long before = lab.movedBytes();
        lab.daemon().process().awaitUntil("more bytes", LONG, () -> lab.movedBytes() > before + MORE_BYTES);
    }

    private static NetworkNamespace client() {
        return lab.lab().lab().client();
    }

    private static String pid() {
        return Long.toString(lab.daemon().process().pid());
    }

    @Test
    void aStoppedProcessIsContinued() {
        client().run("kill", "-STOP", pid()).orFail();
        try {
            long before = lab.movedBytes();
            client().run("sleep", SECONDS).orFail();

            assertThat(lab.movedBytes() - before).isLessThan(MORE_BYTES);
        } finally {
            client().run("kill", "-CONT", pid()).orFail();
        }
    }

    @Test
    void theInterfaceGoesDownAndUp() {
        client().ip("link", "set", DaemonConfig.DEVICE, "down");
        client().run("sleep", "1").orFail();
        client().ip("link", "set", DaemonConfig.DEVICE, "up");

        // routes are gone with the link; addresses of IPv4 are not
        lab.lab().lab().routeThrough(DaemonConfig.DEVICE, List.of(AddressFamily.IPV4));
    }

    @Test
    void theWireToTheServerGoesDownAndUp() {
        client().ip("link", "set", "wire", "down");
        client().run("sleep", "1").orFail();
        client().ip("link", "set", "wire", "up");
    }

    /// Those that kill neither hev-socks5-tunnel nor any other program that does not ask for them, but for SIGPIPE,
    /// which it ignores.
    @Test
    void twoThousandSignalsChangeNothing() {
        client().run(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 400 ]; do for s in WINCH CHLD URG CONT PIPE; do kill -$s " + pid()
                                + " || exit 1; done; i=$((i+1)); done")
                .orFail();
    }
}
