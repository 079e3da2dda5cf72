// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigRemarksTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"naem, \"naem\"", "`pass=word`, \"pass=…\"", "`pass\tword`, \"pass?…\"", "`e\u001b[0m`, \"e?[0m\""
            })
    void namesAreShownUpToWhatMayBeAValueAndWithoutWhatATerminalObeys(String name, String shown) {
        assertThat(ConfigRemarks.shownName(name)).isEqualTo(shown);
    }
}
