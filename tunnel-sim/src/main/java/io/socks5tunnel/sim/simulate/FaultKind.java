// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

/// What can go wrong in a simulation. Each is legal: networks, servers and clients do it.
enum FaultKind {
    /// Packets are lost independently of each other.
    LOSS(Place.WIRE, "packets are lost"),
    /// Packets are lost in bursts (Gilbert and Elliott).
    BURST_LOSS(Place.WIRE, "packets are lost in bursts"),
    /// Packets take longer, and not all equally long.
    JITTER(Place.WIRE, "packets are delayed by chance and overtake each other"),
    /// Some packets are overtaken by many others.
    REORDER(Place.WIRE, "packets are reordered"),
    /// Packets arrive twice.
    DUPLICATE(Place.WIRE, "packets arrive twice"),
    /// A bit is turned; a checksum must notice.
    BIT_FLIP(Place.WIRE, "bits are turned"),
    /// The end of a packet is cut off.
    TRUNCATION(Place.WIRE, "packets are cut short"),
    /// Nothing arrives in one direction.
    BLACK_HOLE(Place.WIRE, "nothing arrives"),
    /// The path becomes too narrow for full packets, and a router says so.
    SMALL_MTU(Place.WIRE, "the path takes smaller packets only"),
    /// A slow wire with a short queue.
    THIN_WIRE(Place.WIRE, "the wire is slow and its queue short"),
    /// The device refuses writes, as a kernel short of memory does.
    DEVICE_REFUSES(Place.DEVICE, "the device refuses packets"),
    /// The device loses its offload while running.
    OFFLOAD_ENDS(Place.DEVICE, "the device takes super-segments no more"),
    /// The SOCKS server answers slowly.
    SLOW_SERVER(Place.SERVER, "the SOCKS server is slow to answer"),
    /// The SOCKS server's answer comes after the dial was given up.
    LATE_SERVER(Place.SERVER, "the SOCKS server answers when nobody waits any more"),
    /// The SOCKS server says no.
    REFUSAL(Place.SERVER, "the SOCKS server refuses"),
    /// Handshake answers come byte by byte.
    BYTE_BY_BYTE(Place.SERVER, "the SOCKS server sends single bytes"),
    /// The handshake breaks off.
    BROKEN_HANDSHAKE(Place.SERVER, "the SOCKS handshake breaks off"),
    /// Nobody listens at the server's port for a while.
    SERVER_DOWN(Place.SERVER, "the SOCKS server refuses connections"),
    /// Reads and writes upstream move fewer bytes than they could.
    SHORT_OPERATIONS(Place.SERVER, "sockets take and give few bytes at a time"),
    /// The destination neither reads nor writes for a while.
    STALL(Place.DESTINATION, "the destination stalls"),
    /// The destination ends its stream early.
    EARLY_END(Place.DESTINATION, "the destination ends its stream early"),
    /// The destination resets the connection.
    RESET(Place.DESTINATION, "the destination resets"),
    /// The client does not read for a while.
    CLIENT_STALL(Place.CLIENT, "the client does not read"),
    /// The client resets the connection, maybe before it is open.
    CLIENT_RESET(Place.CLIENT, "the client resets"),
    /// The client uses the ports of its last connection again at once.
    PORT_REUSE(Place.CLIENT, "the client uses its ports again at once"),
    /// The client offers windows of one unit.
    TINY_WINDOW(Place.CLIENT, "the client offers the smallest window there is"),
    /// The client takes back what it offered.
    WINDOW_SHRINK(Place.CLIENT, "the client shrinks its window"),
    /// The client forgets what it acknowledged selectively.
    RENEGE(Place.CLIENT, "the client forgets what it has SACKed"),
    /// The client sends bytes again together with new ones.
    OVERLAP(Place.CLIENT, "the client sends overlapping segments"),
    /// The client sends bytes beyond the window it was given.
    OVERSHOOT(Place.CLIENT, "the client sends beyond the window it was given"),
    /// The client acknowledges in small steps.
    SPLIT_ACK(Place.CLIENT, "the client splits acknowledgements"),
    /// The client's timestamp clock jumps.
    TIMESTAMP_JUMP(Place.CLIENT, "the client's timestamps jump ahead"),
    /// A stranger sends segments that do not fit.
    STRANGER(Place.CLIENT, "a stranger sends segments for the client's connections"),
    /// A stranger sends hundreds of them in a second or two.
    FLOOD(Place.CLIENT, "a stranger floods the client's connections");

    /// Where it goes wrong.
    enum Place {
        /// Between the clients and the device: both directions, or the one named.
        WIRE,
        /// The TUN device.
        DEVICE,
        /// The SOCKS server.
        SERVER,
        /// One transfer's far end.
        DESTINATION,
        /// One transfer's client, or all.
        CLIENT
    }

    private final Place place;
    private final String text;

    FaultKind(Place place, String text) {
        this.place = place;
        this.text = text;
    }

    Place place() {
        return place;
    }

    String text() {
        return text;
    }
}
