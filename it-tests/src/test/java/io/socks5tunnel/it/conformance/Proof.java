// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.conformance;

/// A test that proves a rule: one method, tagged itself or inside a tagged class, or one packet script.
///
/// @param rule id of the rule
/// @param kind what kind of test it is
/// @param file its source file, from the root of the project, with `/`
/// @param test class and method, nested classes joined by dots
/// @param isInEveryBuild whether it runs without `--full`
record Proof(String rule, Kind kind, String file, String test, boolean isInEveryBuild) {
    /// Kinds of tests, in the order of the columns of the table.
    enum Kind {
        /// A method that says what goes in and what must come out.
        UNIT,
        /// A property that random cases are tried against.
        PROPERTY,
        /// Stack and peer in virtual time, over a wire that may be bad.
        SIMULATION,
        /// A packet script, played on the stack and on the kernel.
        SCRIPT,
        /// The real program, with a real kernel.
        LIVE;

        static Kind of(String file) {
            if (file.endsWith(".script")) {
                return SCRIPT;
            }
            if (file.startsWith("it-tests/") && file.endsWith("IT.java")) {
                return LIVE;
            }
            if (file.startsWith("tunnel-sim/")) {
                return SIMULATION;
            }
            return file.endsWith("PropertyTest.java") ? PROPERTY : UNIT;
        }
    }
}
