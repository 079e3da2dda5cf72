// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is out, in the order in which it was sent.
class TransmissionListTest {
    private final TransmissionList list = new TransmissionList();

    private static TransmissionRecord record(long start) {
        var record = new TransmissionRecord();
        record.sent(start, start + 10, 0);
        return record;
    }

    @Test
    void whatWasPutInBetweenStaysWhenItsNeighboursGo() {
        TransmissionRecord first = record(0);
        TransmissionRecord middle = record(10);
        TransmissionRecord last = record(20);
        list.addLast(first);
        list.addLast(last);
        list.insertAfter(first, middle);

        list.remove(last);
        assertThat(list.first()).isSameAs(first);
        assertThat(first.next()).isSameAs(middle);
        assertThat(middle.next()).isNull();

        list.remove(first);
        assertThat(list.first()).isSameAs(middle);
        assertThat(list.bytes()).isEqualTo(10);
    }
}
