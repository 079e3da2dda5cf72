// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

/// What must hold after every event of every simulation.
enum Invariant {
    /// Streams arrive as they were sent.
    I1("bytes handed over are a prefix of the bytes sent, and all of them after a clean close"),
    /// Sequence variables go forward.
    I2("SND.UNA, RCV.NXT and the advertised right edge never go back; SND.UNA <= SND.NXT"),
    /// The client's window and the congestion window hold.
    I3("nothing is sent beyond the client's window or, but for a probe, the congestion window"),
    /// Nothing waits for ever.
    I4("whatever still has to be sent or acknowledged has a timer"),
    /// Packets are sound.
    I5("every packet that leaves is sound, fits, and says only what is so"),
    /// Answers are few.
    I6("no answer to RST, and no more answers than segments that ask for one"),
    /// Memory is bounded and comes back.
    I7("slabs in use stay within the limit and go back when their flow ends"),
    /// Every packet is accounted for.
    I8("a packet that came in is handled or counted as dropped, once"),
    /// Everything has an owner.
    I9("no flow without an owner, no session without a flow, no upstream connection without a session"),
    /// Work is bounded.
    I10("a shard that nothing happens to does not go on working"),
    /// What works is also done well.
    C1("windows open in useful steps, small segments end something, and nothing is sent again without need"),
    /// Datagrams are themselves.
    U1("a datagram arrives unchanged, where it was sent to, at most as often as it was sent, and in order"),
    /// Names are what clients asked for.
    N1("a name keeps its address while it may, the SOCKS server hears that name, and answers are to their queries"),
    /// Echoes are themselves.
    E1("an echo request is answered by whom it was sent to, with its bytes, once; or never"),
    /// Once nothing goes wrong any more, everything ends.
    LIVENESS("when the faults are over, every transfer ends, and well unless something ended it"),
    /// Two runs of a seed are alike.
    DETERMINISM("two runs of one seed are equal in every packet"),
    /// No exception leaves the tunnel.
    SURVIVAL("nothing is thrown");

    private final String text;

    Invariant(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
