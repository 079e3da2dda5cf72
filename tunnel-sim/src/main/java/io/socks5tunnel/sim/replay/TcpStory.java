// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a capture tells about a TCP connection as a whole. It is learned while reading ahead, so that the beginning
/// of a flow can be played in the light of what follows it.
///
/// Initial sequence numbers of flows whose SYN is missing are taken from the lowest numbers seen before playing
/// begins: those of the side itself, or else what the other side acknowledged.
final class TcpStory {
    /// Numbers further apart than this do not correct each other: one of them is nonsense.
    private static final int MAX_CORRECTION = 1 << 20;

    private static final int MAX_ANSWERS = 16;
    private static final long MIN_PAUSE_NANOS = 1_000_000_000;

    private final List<Integer> answeredIsns = new ArrayList<>();
    private long lastNanos;
    private boolean hasClientData;
    private int clientIsn;
    private int serverIsn;
    private boolean hasClientIsn;
    private boolean hasServerIsn;
    private boolean hasClientSyn;
    private boolean hasServerSyn;
    private boolean hasServerPacket;
    private boolean isFixed;
    private @Nullable TcpOptions serverOptions;

    void onClient(ReplayPacket packet) {
        lastNanos = packet.atNanos();
        hasClientData |= packet.parsed().payloadLength() > 0 && !packet.has(TcpFlag.SYN);
        if (packet.isOpening()) {
            if (!hasClientSyn) {
                clientIsn = packet.parsed().seq();
                hasClientIsn = true;
                hasClientSyn = true;
            }
        } else if (!hasClientSyn) {
            lowerClientIsn(packet.parsed().seq() - 1);
        }
        if (isPlainAck(packet)
                && !isFixed
                && answeredIsns.contains(packet.parsed().ack() - 1)) {
            serverIsn = packet.parsed().ack() - 1;
        } else if (isPlainAck(packet) && !hasServerPacket) {
            lowerServerIsn(packet.parsed().ack() - 1);
        }
    }

    void onServer(ReplayPacket packet) {
        lastNanos = packet.atNanos();
        if (packet.has(TcpFlag.SYN)) {
            onServerSyn(packet);
            return;
        }
        if (!packet.has(TcpFlag.RST)) {
            if (!hasServerSyn && !isFixed && !hasServerPacket) {
                hasServerIsn = false;
            }
            hasServerPacket = true;
            lowerServerIsn(packet.parsed().seq() - 1);
            if (packet.has(TcpFlag.ACK)) {
                lowerClientIsn(packet.parsed().ack() - 1);
            }
        }
    }

    /// A server without a memory of its own (RFC 4987 §3.6) chooses a number anew each time; the client's answer
    /// tells which one counts.
    private void onServerSyn(ReplayPacket packet) {
        int isn = packet.parsed().seq();
        if (answeredIsns.size() < MAX_ANSWERS && !answeredIsns.contains(isn)) {
            answeredIsns.add(isn);
        }
        if (!hasServerSyn && !isFixed) {
            serverIsn = isn;
            hasServerIsn = true;
            hasServerSyn = true;
            serverOptions = packet.parsed().options();
            if (packet.has(TcpFlag.ACK) && !hasClientSyn) {
                clientIsn = packet.parsed().ack() - 1;
                hasClientIsn = true;
            }
        }
    }

    /// Whether a SYN with the same number that comes at `nanos` belongs to another connection: captures that were
    /// repeated or merged have such ones.
    boolean isOverBefore(long nanos) {
        return hasClientData && nanos - lastNanos >= MIN_PAUSE_NANOS;
    }

    /// Playing begins: the numbers stay as they are.
    void fix() {
        isFixed = hasServerIsn;
    }

    /// Whether the client's SYN is in the capture.
    boolean hasClientSyn() {
        return hasClientSyn;
    }

    int clientIsn() {
        return clientIsn;
    }

    boolean hasServerIsn() {
        return hasServerIsn;
    }

    int serverIsn() {
        return serverIsn;
    }

    /// The options of the server's SYN, null where that is not in the capture.
    @Nullable
    TcpOptions serverOptions() {
        return serverOptions;
    }

    private static boolean isPlainAck(ReplayPacket packet) {
        return packet.has(TcpFlag.ACK)
                && !packet.has(TcpFlag.SYN)
                && !packet.has(TcpFlag.RST)
                && packet.parsed().ack() != 0;
    }

    private void lowerClientIsn(int isn) {
        if (!hasClientIsn) {
            clientIsn = isn;
            hasClientIsn = true;
        } else if (!hasClientSyn && !isFixed && isLittleBelow(isn, clientIsn)) {
            clientIsn = isn;
        }
    }

    private void lowerServerIsn(int isn) {
        if (!hasServerIsn) {
            serverIsn = isn;
            hasServerIsn = true;
        } else if (!hasServerSyn && !isFixed && isLittleBelow(isn, serverIsn)) {
            serverIsn = isn;
        }
    }

    private static boolean isLittleBelow(int seq, int other) {
        return Seq.isBefore(seq, other) && other - seq < MAX_CORRECTION;
    }
}
