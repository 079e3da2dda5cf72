// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.lab.LabRequirements;
import java.util.List;

/// The command `./soak`: mixed traffic through the daemon for as long as is wanted, with faults. Exit code 0 if
/// nothing went wrong that was not meant to.
public final class Soak {
    private static final String USAGE = "usage: ./soak [--minutes N] [--load FACTOR] [--seed N]";

    private Soak() {}

    /// Runs it and prints what came of it.
    public static void main(String[] arguments) throws InterruptedException {
        int minutes = 30;
        double load = 1;
        long seed = 1;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = arguments[i + 1];
                switch (arguments[i]) {
                    case "--minutes" -> minutes = Integer.parseInt(value);
                    case "--load" -> load = Double.parseDouble(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
            System.err.println(USAGE);
            System.exit(2);
        }
        List<String> missing = LabRequirements.missing();
        if (!missing.isEmpty()) {
            System.err.println("soak: cannot run: " + String.join("; ", missing));
            System.exit(2);
        }
        System.err.println("soak: " + minutes + " minutes, seed " + seed);
        SoakReport report = SoakRun.run(SoakPlan.ofMinutes(minutes, load, seed));
        System.out.print(report.text());
        System.exit(report.violations().isEmpty() ? 0 : 1);
    }
}
