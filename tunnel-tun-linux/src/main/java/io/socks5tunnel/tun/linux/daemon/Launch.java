// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.tun.linux.nativecalls.DescriptorOutput;
import io.socks5tunnel.tun.linux.nativecalls.StandardStreams;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// How the launcher has started this process: from a terminal that the process belongs to, or detached. Confined to
/// the main thread.
///
/// A running JVM cannot fork, so a launcher that finds a pid file in the configuration starts the JVM in a session
/// of its own, in the directory `/`, with the property [#DETACHED_FROM], and waits at descriptor 3 for one word:
///
/// | word | the launcher then |
/// | --- | --- |
/// | `ready` | exits with 0; the tunnel runs |
/// | `foreground` | starts the JVM again without detaching it |
/// | `exit N` | exits with N; why was said on standard error |
/// | nothing, to the end of the stream | exits with 254 |
final class Launch {
    /// The property that says that this process is detached: the directory that the launcher was in. Paths of
    /// configuration, log and pid file count from there, those of scripts from `/`, as with hev-socks5-tunnel.
    static final String DETACHED_FROM = "socks5tunnel.detachedFrom";

    /// The answer of a process that has no reason to be detached.
    static final String FOREGROUND = "foreground";

    private static final String READY = "ready";
    private static final int LAUNCHER = 3;

    private final String directory;
    private PrintWriter out;
    private PrintWriter err;
    private boolean isAnswered;

    /// @param out standard output
    /// @param err standard error
    Launch(PrintWriter out, PrintWriter err) {
        directory = System.getProperty(DETACHED_FROM, "");
        this.out = out;
        this.err = err;
    }

    boolean isDetached() {
        return !directory.isEmpty();
    }

    /// Descriptors that this process was started with, besides the standard streams.
    List<Integer> descriptors() {
        return isDetached() ? List.of(LAUNCHER) : List.of();
    }

    /// A path that counts from where the user was.
    Path resolve(String path) {
        return Path.of(directory).resolve(path);
    }

    /// Where standard output goes.
    PrintWriter out() {
        return out;
    }

    /// Where standard error goes.
    PrintWriter err() {
        return err;
    }

    /// Turns the standard streams to `/dev/null`, so that scripts do not find the terminal there. Only [#out()] and
    /// [#err()] still lead where they led.
    void discardStreams() throws IOException {
        out = copy(StandardStreams.OUTPUT, out);
        err = copy(StandardStreams.ERROR, err);
        StandardStreams.discard();
    }

    /// The tunnel runs. A detached process lets go of the terminal, but for the stream that the log goes to.
    ///
    /// @param logFile as configured: `stdout`, `stderr` or something else
    void onReady(String logFile) {
        if (!isDetached()) {
            return;
        }
        answer(READY);
        if (!logFile.equals("stdout")) {
            out.close();
        }
        if (!logFile.equals("stderr")) {
            err.close();
        }
    }

    /// Tells the launcher how it went. Only the first answer counts, and without a launcher none does.
    void answer(String word) {
        if (!isDetached() || isAnswered) {
            return;
        }
        isAnswered = true;
        try (DescriptorOutput launcher = DescriptorOutput.of(LAUNCHER)) {
            launcher.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            // The launcher was killed; nobody wants to know.
        }
    }

    private static PrintWriter copy(int descriptor, PrintWriter before) throws IOException {
        before.flush();
        return new PrintWriter(
                new OutputStreamWriter(DescriptorOutput.toCopyOf(descriptor), Charset.defaultCharset()), true);
    }
}
