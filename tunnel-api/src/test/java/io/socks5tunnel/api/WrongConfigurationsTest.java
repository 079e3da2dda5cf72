// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.socks5tunnel.api.ConfigWarning.Severity;
import io.socks5tunnel.api.Mistake.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class WrongConfigurationsTest {
    @ParameterizedTest
    @FieldSource("io.socks5tunnel.api.WrongConfigurations#REFUSALS")
    void whatCannotWorkIsRefusedWithItsPlaceAndWhatIsAllowed(Mistake mistake) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> TunnelConfig.parse(mistake.yaml()));

        assertThat(refusal).as("is refused").isNotNull();
        assertThat(refusal).hasMessage(mistake.message());
    }

    @ParameterizedTest
    @FieldSource("io.socks5tunnel.api.WrongConfigurations#REMARKS")
    void whatHevIgnoresIsSaidWithItsPlace(Mistake mistake) throws ConfigException {
        LoadedConfig loaded = TunnelConfig.parse(mistake.yaml());

        ConfigWarning first = loaded.warnings().getFirst();
        assertThat(first).hasToString(mistake.message());
        assertThat(first.severity())
                .isEqualTo(mistake.outcome() == Outcome.INFORMED ? Severity.INFO : Severity.WARNING);
    }

    @Test
    void theTableIsLong() {
        assertThat(WrongConfigurations.REFUSALS).hasSizeGreaterThanOrEqualTo(30);
        assertThat(WrongConfigurations.REMARKS).hasSizeGreaterThanOrEqualTo(30);
    }
}
