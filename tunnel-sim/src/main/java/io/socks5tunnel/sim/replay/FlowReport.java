// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.sim.IpProtocol;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What became of one flow of a capture.
///
/// @param key which flow
/// @param instance 1, or more where a later flow used the same addresses and ports
/// @param end how it ended
/// @param bytesUp payload bytes that the tunnel delivered to the upstream
/// @param bytesDown payload bytes that the tunnel delivered to the client, without repetitions
/// @param digestUp SHA-256 of the bytes up, 16 hexadecimal digits
/// @param digestDown the same for the bytes down
/// @param capturedDown payload bytes of the server that the capture has, or that were put in their place
/// @param segmentsIn packets that were played to the tunnel
/// @param segmentsOut packets with which the tunnel answered
/// @param resendsSeen segments of the client that began below what it had sent before
/// @param resendsMade segments of the tunnel that did
/// @param outOfOrder segments of the client that began above what it had sent before
/// @param zeroWindowsSeen segments of the client that closed its window
/// @param zeroWindowsMade segments of the tunnel that closed its window
/// @param rttNanos from the client's SYN to its ACK of the handshake in the capture; 0 where that is not to be seen
/// @param repairs what the replay had to add or to leave out
/// @param drops packets of the client that the tunnel dropped, by reason
public record FlowReport(
        FlowKey key,
        int instance,
        FlowEnd end,
        long bytesUp,
        long bytesDown,
        String digestUp,
        String digestDown,
        long capturedDown,
        long segmentsIn,
        long segmentsOut,
        long resendsSeen,
        long resendsMade,
        long outOfOrder,
        long zeroWindowsSeen,
        long zeroWindowsMade,
        long rttNanos,
        Repairs repairs,
        Map<DropReason, Long> drops) {
    /// Takes a copy of the drops.
    public FlowReport {
        Map<DropReason, Long> copy = new EnumMap<>(DropReason.class);
        copy.putAll(drops);
        drops = Collections.unmodifiableMap(copy);
    }

    /// What the replay had to add to a flow, or to leave out of it, because the capture does not show everything or
    /// because the tunnel behaved unlike the captured server.
    ///
    /// @param hasMadeUpHandshake the SYN is not in the capture
    /// @param held packets that waited until the tunnel had sent what they acknowledge
    /// @param forced packets that waited in vain and acknowledged less than captured
    /// @param madeUpAcks acknowledgements that the captured client did not send
    /// @param paddedUp zero bytes sent for payload of the client that the capture lacks
    /// @param paddedDown zero bytes sent for payload of the server that the capture lacks
    /// @param cutSegments packets that were larger than the MTU
    /// @param unplayedDown payload bytes of the server that could not be played
    /// @param missingUp bytes that the captured server had got and that did not reach the upstream
    public record Repairs(
            boolean hasMadeUpHandshake,
            long held,
            long forced,
            long madeUpAcks,
            long paddedUp,
            long paddedDown,
            long cutSegments,
            long unplayedDown,
            long missingUp) {}

    /// Whether everything that could be delivered was. Datagrams are allowed to be lost.
    public boolean isWhole() {
        if (key.protocol() != IpProtocol.TCP) {
            return true;
        }
        return switch (end) {
            case CLOSED, HALF_CLOSED, OPEN, RESET_BY_TUNNEL ->
                bytesDown == capturedDown && repairs.unplayedDown == 0 && repairs.missingUp == 0;
            case RESET_BY_CLIENT, RESET_BY_SERVER, REFUSED, UNANSWERED, NEVER_OPENED -> true;
        };
    }
}
