// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Runs a test's body in a network namespace of its own, on a thread of its own: `unshare` moves one thread, whose
/// descriptors and child processes then live in the new namespace. It vanishes with the last of them.
final class OwnNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final long PATIENCE_SECONDS = 60;
    private static final MethodHandle UNSHARE = unshare();

    private OwnNamespace() {}

    /// What is done in the namespace.
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle unshare() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("unshare"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /// Runs `body` with a loopback interface that is up. Skips the test where namespaces are forbidden, unless
    /// nothing may be skipped.
    static void run(Body body) throws Exception {
        var task = new FutureTask<Void>(() -> {
            if (!enter()) {
                return null;
            }
            ip("link", "set", "lo", "up");
            body.run();
            return null;
        });
        Thread.ofPlatform().daemon().name("own-namespace").start(task);
        try {
            task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    private static boolean enter() throws Exception {
        try {
            if ((int) UNSHARE.invokeExact(CLONE_NEWNET) == 0) {
                return true;
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        String reason = "no right to make a network namespace: run as root";
        if (Boolean.getBoolean("socks5tunnel.requireAll")) {
            fail(reason);
        }
        abort(reason);
        return false;
    }

    /// What `ip` prints.
    static String ip(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
