// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes packets as text, one line of fixed columns each, with sequence numbers relative to the flow's beginning:
///
/// ```
///     0.000000  10.0.0.1:4000      > 10.9.0.1:80        S            0          .  65535      0  mss 1460 ws 7
///     0.000100  10.9.0.1:80        > 10.0.0.1:4000      SA           0          1  65535      0  mss 1460
///     0.000200  10.0.0.1:4000      > 10.9.0.1:80        PA           1          1    512    100
/// ```
///
/// Columns: seconds, from, to, flags, sequence number, acknowledgement number, window field, payload bytes, options
/// and offload, and what is wrong with it. Keeps the last lines only. Confined to one thread.
public final class PacketLog {
    private final int maxLines;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final Map<Way, Integer> firstSeqs = new HashMap<>();

    /// The packets of one direction of a flow.
    private record Way(InetSocketAddress source, InetSocketAddress destination) {
        Way reversed() {
            return new Way(destination, source);
        }
    }

    /// A log that keeps the last `maxLines` lines.
    public PacketLog(int maxLines) {
        this.maxLines = maxLines;
    }

    /// Adds a packet and returns its line.
    ///
    /// @param note put at the end, such as `lost`; may be empty
    public String add(long nowNanos, SimPacket packet, String note) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        StringBuilder line = new StringBuilder(120);
        line.append(String.format(
                Locale.ROOT,
                "%12.6f  %-18s > %-18s ",
                nowNanos / 1e9,
                text(parsed.sourceSocket()),
                text(parsed.destinationSocket())));
        line.append(parsed.isTcp() ? tcp(parsed) : other(parsed));
        if (packet.isSuperSegment()) {
            line.append(" gso ").append(packet.gsoSizeBytes());
        }
        if (!parsed.faults().isEmpty()) {
            line.append("  WRONG: ").append(String.join(", ", parsed.faults()));
        }
        if (!note.isEmpty()) {
            line.append("  ").append(note);
        }
        return addLine(line.toString());
    }

    /// Adds a line that is no packet.
    public String addEvent(long nowNanos, String text) {
        return addLine(String.format(Locale.ROOT, "%12.6f  %s", nowNanos / 1e9, text));
    }

    /// The lines kept, oldest first.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// The last lines in one text, for messages.
    public String tail(int count) {
        List<String> all = lines();
        return String.join("\n", all.subList(Math.max(0, all.size() - count), all.size()));
    }

    private String addLine(String line) {
        if (lines.size() == maxLines) {
            lines.remove();
        }
        lines.add(line);
        return line;
    }

    private String tcp(ParsedPacket packet) {
        Way way = new Way(packet.sourceSocket(), packet.destinationSocket());
        if (packet.has(TcpFlag.SYN)) {
            firstSeqs.put(way, packet.seq());
        }
        int first = firstSeqs.computeIfAbsent(way, _ -> packet.seq());
        int otherFirst = firstSeqs.getOrDefault(way.reversed(), 0);
        String ack = packet.has(TcpFlag.ACK) ? Integer.toUnsignedString(packet.ack() - otherFirst) : ".";
        return String.format(
                        Locale.ROOT,
                        "%-5s %10s %10s %6d %6d %s",
                        TcpFlag.format(packet.flags()),
                        Integer.toUnsignedString(packet.seq() - first),
                        ack,
                        packet.window(),
                        packet.payloadLength(),
                        options(packet.options(), otherFirst))
                .stripTrailing();
    }

    private static String options(TcpOptions options, int otherFirst) {
        StringBuilder text = new StringBuilder();
        if (options.mss() >= 0) {
            text.append(" mss ").append(options.mss());
        }
        if (options.windowScale() >= 0) {
            text.append(" ws ").append(options.windowScale());
        }
        if (options.sackPermitted()) {
            text.append(" sackok");
        }
        if (options.hasTimestamps()) {
            text.append(" ts ").append(Integer.toUnsignedString(options.timestampValue()));
            text.append('/').append(Integer.toUnsignedString(options.timestampEcho()));
        }
        for (SackBlock block : options.sackBlocks()) {
            text.append(" sack ").append(Integer.toUnsignedString(block.leftSeq() - otherFirst));
            text.append('-').append(Integer.toUnsignedString(block.rightSeq() - otherFirst));
        }
        return text.toString();
    }

    private static String other(ParsedPacket packet) {
        if (packet.isFragment()) {
            return String.format(
                    Locale.ROOT,
                    "frag  id %d at %d%s, %d",
                    packet.identification(),
                    packet.fragmentOffset(),
                    packet.hasMoreFragments() ? "+" : "",
                    packet.payloadLength());
        }
        if (packet.isUdp()) {
            return "udp   " + packet.payloadLength();
        }
        if (packet.isIcmp()) {
            return "icmp  " + packet.icmpType() + "/" + packet.icmpCode();
        }
        return "proto " + packet.protocol() + " " + packet.payloadLength();
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
