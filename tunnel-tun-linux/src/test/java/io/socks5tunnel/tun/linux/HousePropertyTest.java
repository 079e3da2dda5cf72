// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/// Proves that jqwik runs properties of this module. Goes when real properties are here.
class HousePropertyTest {
    private static int tries;

    @Property(tries = 50)
    void reversingTheBytesTwiceChangesNothing(@ForAll int value) {
        tries++;
        assertThat(Integer.reverseBytes(Integer.reverseBytes(value))).isEqualTo(value);
    }

    @AfterContainer
    static void allTriesWereMade() {
        assertThat(tries).isEqualTo(50);
    }
}
