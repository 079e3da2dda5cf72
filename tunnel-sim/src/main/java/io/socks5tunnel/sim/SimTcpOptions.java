// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// How a [SimTcpClient] behaves.
///
/// @param mssBytes what it announces and sends at most, TCP options counted in
/// @param windowScale shift it offers, 0 to 14, or [TcpOptions#ABSENT] for none
/// @param sack whether it offers SACK
/// @param timestamps whether it offers timestamps
/// @param receiveBufferBytes what it holds unread, and so its largest window
/// @param flightLimitBytes what it sends at most without acknowledgement
/// @param superSegmentBytes payload of the super-segments it sends, 0 for none, at most 65000
/// @param delayedAckNanos how long it may hold an acknowledgement back; 0 for never
public record SimTcpOptions(
        int mssBytes,
        int windowScale,
        boolean sack,
        boolean timestamps,
        int receiveBufferBytes,
        int flightLimitBytes,
        int superSegmentBytes,
        long delayedAckNanos) {
    /// What a present-day kernel does on an MTU of 1500, IPv4.
    public static final SimTcpOptions MODERN =
            new SimTcpOptions(1460, 7, true, true, 512 * 1024, 512 * 1024, 0, 40_000_000);

    /// Nothing of what came after 1988.
    public static final SimTcpOptions PLAIN =
            new SimTcpOptions(1460, TcpOptions.ABSENT, false, false, 65_535, 65_535, 0, 0);

    /// The same with another largest segment, as the MTU and the IP header leave it.
    public SimTcpOptions withMss(int bytes) {
        return new SimTcpOptions(
                bytes,
                windowScale,
                sack,
                timestamps,
                receiveBufferBytes,
                flightLimitBytes,
                superSegmentBytes,
                delayedAckNanos);
    }

    /// The same, sending super-segments.
    public SimTcpOptions withSuperSegments(int bytes) {
        return new SimTcpOptions(
                mssBytes, windowScale, sack, timestamps, receiveBufferBytes, flightLimitBytes, bytes, delayedAckNanos);
    }

    /// The same with another receive buffer.
    public SimTcpOptions withReceiveBuffer(int bytes) {
        return new SimTcpOptions(
                mssBytes, windowScale, sack, timestamps, bytes, flightLimitBytes, superSegmentBytes, delayedAckNanos);
    }

    /// The same with or without SACK and timestamps.
    public SimTcpOptions with(boolean hasSack, boolean hasTimestamps) {
        return new SimTcpOptions(
                mssBytes,
                windowScale,
                hasSack,
                hasTimestamps,
                receiveBufferBytes,
                flightLimitBytes,
                superSegmentBytes,
                delayedAckNanos);
    }
}
