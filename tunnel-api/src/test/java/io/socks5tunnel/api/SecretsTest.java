// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said about a configuration goes to logs and terminals. However a user name or a password is miswritten,
/// it is not in there.
class SecretsTest {
    private static final String SECRET = "hunter2";
    private static final String SERVER = "socks5:\n  address: 192.0.2.1\n  port: 1080\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  username: me\n  password: hunter2\n",
                "  username: hunter2\n  password: secret\n",
                "  password: hunter2\n",
                "  username: hunter2\n",
                "  username: me\n  password: hunter2\n  password: hunter2\n",
                "  username: me\n  password: [hunter2]\n",
                "  username: me\n  password: {a: hunter2}\n",
                "  username: me\n  password: 'hunter2\n",
                "  username: me\n  password: \"hunter2\\q\"\n",
                "  username: me\n  password: *hunter2\n",
                "  username: me\n  password: &hunter2 secret\n",
                "  username: me\n  password: !hunter2 secret\n",
                "  username: me\n  password: !!hunter2 secret\n",
                "  username: me\n  password: %hunter2\n",
                "  username: me\n  password: @hunter2\n",
                "  username: me\n  password: hunter2: me\n",
                "  username: me\n  password:\n    hunter2: me\n",
                "  username: me\n  password: |\n  hunter2\n",
                "  username: me\n  password\thunter2\n",
                "  username: me\n  password hunter2\n",
                "  username: me\n  password: 'hunter2'hunter2\n",
                "  username: me\n  password=hunter2: x\n",
                "  username: me\n  password hunter2: x\n",
                "  username: me\n  pasword: hunter2\n",
                "  password hunter2: x\n",
                "  password=hunter2: x\n",
                "  ? password=hunter2\n",
                "misc:\n  password: hunter2\n",
                "misc: {password: hunter2}\nmisc: {password hunter2}\n",
                "hunter2\n",
                "  hunter2\n"
            })
    void areNotInWhatIsSaidOfThem(String lines) {
        List<String> said = new ArrayList<>();
        try {
            LoadedConfig loaded = TunnelConfig.parse(SERVER + lines);
            loaded.warnings().forEach(warning -> said.add(warning.toString()));
            said.add(loaded.config().toYaml());
            said.add(loaded.config().toString());
        } catch (ConfigException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                said.add(cause.toString());
            }
        }

        assertThat(said).noneMatch(text -> text.contains(SECRET));
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 256, 70_000})
    void noLengthMakesADifference(int length) {
        areNotInWhatIsSaidOfThem("  username: me\n  password: " + SECRET + "x".repeat(length - SECRET.length()) + "\n");
    }
}
