// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocksServerCommandTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void itServesUntilItIsInterrupted() throws Exception {
        PipedReader console = new PipedReader();
        PrintWriter out = new PrintWriter(new PipedWriter(console), true);
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread runner = Thread.ofPlatform()
                .start(() -> exit.complete(
                        new SocksServerCommand().run(List.of("--listen", "127.0.0.1:0", "--threads", "1"), out, out)));
        String line = new BufferedReader(console).readLine();
        assertThat(line).startsWith("listening on /127.0.0.1:");
        int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        try (SocksTestClient client = new SocksTestClient(new InetSocketAddress(LOOPBACK, port))) {
            client.greet();
        }

        runner.interrupt();
        assertThat(exit.get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void nonsenseIsToldAndEndsWith2() {
        assertThat(exitCode("--listen", "nowhere")).isEqualTo(2);
        assertThat(exitCode("--listen", ":1080")).isEqualTo(2);
        assertThat(exitCode("--threads", "0")).isEqualTo(2);
        assertThat(exitCode("--threads", "many")).isEqualTo(2);
        assertThat(exitCode("--user", "somebody")).isEqualTo(2);
        assertThat(exitCode("--unknown")).isEqualTo(2);
    }

    @Test
    void helpEndsWith0AndATakenPortWith1() throws IOException {
        assertThat(exitCode("--help")).isZero();
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            assertThat(exitCode("--listen", "127.0.0.1:" + taken.getLocalPort()))
                    .isEqualTo(1);
        }
    }

    private static int exitCode(String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new SocksServerCommand().run(List.of(arguments), nowhere, nowhere);
    }
}
