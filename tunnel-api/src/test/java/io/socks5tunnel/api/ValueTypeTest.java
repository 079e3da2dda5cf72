// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
    @Nested
    class Numbers {
        private final ValueType decimal = new ValueType.Numeric(0, 4_294_967_295L, "", false);
        private final ValueType anyBase = new ValueType.Numeric(0, 4_294_967_295L, "", true);

        @ParameterizedTest
        @CsvSource({"0, 0", "010, 10", "+7, 7", "' 7 ', 7", "4294967295, 4294967295", "-0, 0"})
        void areDecimal(String text, String value) {
            assertThat(decimal.read(text)).isEqualTo(new Reading.Taken(value));
        }

        @ParameterizedTest
        @CsvSource({"0x1b6, 438", "0X1B6, 438", "0666, 438", "438, 438", "0, 0"})
        void haveAnyBaseWhereCHasIt(String text, String value) {
            assertThat(anyBase.read(text)).isEqualTo(new Reading.Taken(value));
        }

        @ParameterizedTest
        @CsvSource({"0x10, 0, false", "64k, 64, false", "1.5, 1, false", "08, 0, true", "0xg, 0, true", "7 8, 7, true"})
        void endWhereTheirDigitsEnd(String text, String value, boolean isAnyBase) {
            assertThat((isAnyBase ? anyBase : decimal).read(text))
                    .isEqualTo(new Reading.Doubtful(
                            value, "is read as " + value + ": what follows the number is ignored"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "4294967296", "99999999999999999999999", "-99999999999999999999999"})
        void haveARange(String text) {
            assertThat(decimal.read(text)).isEqualTo(new Reading.Unusable("is out of range"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"big", "-", "- 5", "٣", "x1"})
        void needADigit(String text) {
            assertThat(decimal.read(text)).isEqualTo(new Reading.Unusable("is not a number"));
        }
    }

    @Nested
    class Words {
        @ParameterizedTest
        @ValueSource(strings = {"reply", "Reply", "REPLY"})
        void areTheSameInCapitals(String text) {
            assertThat(new ValueType.Choice("off", "reply").read(text)).isEqualTo(new Reading.Taken("reply"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"Info", "INFO"})
        void mayInsistOnSmallLetters(String text) {
            assertThat(new ValueType.Choice(List.of("info"), false).read(text))
                    .isEqualTo(new Reading.Unusable("is not known"));
        }
    }

    @Nested
    class Texts {
        @ParameterizedTest
        @CsvSource({
            "IPV4, 198.18.0.1",
            "IPV4, 255.255.255.255",
            "IPV4, 0.0.0.0",
            "IPV6, fc00::1",
            "IPV6, ::",
            "IPV6, ::ffff:192.0.2.1",
            "IPV6, 1:2:3:4:5:6:7:8",
            "HOST, 127.0.0.1",
            "HOST, 127.1",
            "HOST, ::1",
            "HOST, fe80::1%eth0",
            "HOST, proxy.example",
            "HOST, a_b",
            "HOST, bücher.example",
            "INTERFACE_NAME, tun%d",
            "INTERFACE_NAME, fifteen-letters",
            "PATH, a b",
            "AFFINITY, auto",
            "AFFINITY, OFF",
            "AFFINITY, 0",
            "AFFINITY, '8, 0-3'"
        })
        void areTaken(TextRule rule, String text) {
            assertThat(new ValueType.Text(rule).read(text)).isEqualTo(new Reading.Taken(text));
        }

        @ParameterizedTest
        @CsvSource({
            "IPV4, 198.18.0",
            "IPV4, 198.18.0.01",
            "IPV4, 198.18.0.",
            "IPV4, 198.18.0.1.2",
            "IPV4, 0x1.2.3.4",
            "IPV4, ::1",
            "IPV4, localhost",
            "IPV4, 1.2.3.1000",
            "IPV6, 1::2::3",
            "IPV6, fc00",
            "IPV6, fe80::1%eth0",
            "IPV6, [::1]",
            "IPV6, 1.2.3.4",
            "IPV6, :",
            "HOST, [::1]",
            "HOST, ::1%",
            "HOST, 1.2.3.4.5",
            "HOST, a b",
            "HOST, user@host",
            "HOST, 10.0.0.1/8",
            "INTERFACE_NAME, sixteen--letters",
            "INTERFACE_NAME, a b",
            "INTERFACE_NAME, ..",
            "INTERFACE_NAME, a:b",
            "INTERFACE_NAME, ääääääää",
            "AFFINITY, ' '",
            "AFFINITY, on",
            "AFFINITY, false",
            "AFFINITY, 'auto, 3'",
            "AFFINITY, '0,'",
            "AFFINITY, 0-"
        })
        void areRefused(TextRule rule, String text) {
            assertThat(new ValueType.Text(rule).read(text)).isInstanceOf(Reading.Unusable.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"PATH", "CREDENTIAL", "HOST"})
        void holdNoZeroByte(TextRule rule) {
            assertThat(new ValueType.Text(rule).read("a\0b")).isEqualTo(new Reading.Unusable("holds a zero byte"));
        }
    }
}
