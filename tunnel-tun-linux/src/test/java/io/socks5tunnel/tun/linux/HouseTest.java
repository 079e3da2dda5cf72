// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Proves that unit tests of this module run, and inside the module. Goes when real tests are here.
class HouseTest {
    @Test
    void testsRunInsideTheModule() {
        assertThat(HouseTest.class.getModule().getName()).isEqualTo("io.socks5tunnel.tun.linux");
    }

    @Nested
    class InANestedClass {
        @Test
        void assertionsAreOn() {
            assertThat(HouseTest.class.desiredAssertionStatus()).isTrue();
        }
    }
}
