// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import java.io.PrintWriter;
import java.util.List;

/// The main class of the run-time image.
final class Main {
    private Main() {}

    static void main(String[] arguments) {
        var out = new PrintWriter(System.out, true, System.out.charset());
        var err = new PrintWriter(System.err, true, System.err.charset());
        int status = new Invocation(new OrderlyStop()).start(List.of(arguments), out, err);
        out.flush();
        err.flush();
        System.exit(status);
    }
}
