// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededContent;
import io.socks5tunnel.sim.simulate.NamesPlan.Errand;
import io.socks5tunnel.sim.simulate.NamesPlan.Question;
import io.socks5tunnel.sim.simulate.NamesPlan.Use;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One try at an errand: what both ends need to know to recognize what belongs to it. Confined to one thread.
final class NameTry {
    /// Nobody's.
    static final NameTry NONE = new NameTry(-1, new Errand("", Question.OTHER, false, Use.NOTHING, false), false, 0);

    private static final int FIRST_PORT = 1_024;
    private static final int PORTS = 60_000;

    private final int number;
    private final Errand errand;
    private final boolean isIpv6;
    private final long askedNanos;
    private @Nullable NameMessage query;
    private @Nullable InetSocketAddress remote;
    private int steps;

    /// @param number its place in the list of all tries
    /// @param askedNanos when it began
    NameTry(int number, Errand errand, boolean isIpv6, long askedNanos) {
        this.number = number;
        this.errand = errand;
        this.isIpv6 = isIpv6;
        this.askedNanos = askedNanos;
    }

    Errand errand() {
        return errand;
    }

    boolean isIpv6() {
        return isIpv6;
    }

    long askedNanos() {
        return askedNanos;
    }

    /// The port that it uses at the address that it is given.
    int port() {
        return FIRST_PORT + number % PORTS;
    }

    /// The try that uses a port, by its number.
    static int numberOf(int port) {
        return port - FIRST_PORT;
    }

    /// How far it has come. Who waits for something remembers this, to know later whether it still waits.
    int steps() {
        return steps;
    }

    void step() {
        steps++;
    }

    void asks(NameMessage newQuery) {
        query = newQuery;
    }

    boolean isWaitingFor(NameMessage asked) {
        return asked.equals(query);
    }

    void sentTo(InetSocketAddress to) {
        remote = to;
    }

    @Nullable
    InetSocketAddress remote() {
        return remote;
    }

    /// What it sends: its number, and some content.
    byte[] payload(int contentBytes) {
        byte[] payload = new SeededContent(number).bytes(0, Integer.BYTES + contentBytes);
        ByteBuffer.wrap(payload).putInt(number);
        return payload;
    }

    boolean isPayload(byte[] payload) {
        return payload.length >= Integer.BYTES && Arrays.equals(payload, payload(payload.length - Integer.BYTES));
    }
}
