// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SackBlock;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;

/// Both ends' numbers in a packet script: 0 is the SYN, 1 the first byte of data. `F` is the number behind what the
/// client has sent to fill the window, from then on; how much that is differs from host to host.
final class ScriptNumbers {
    private static final int CLIENT_ISN = 0x7fff_f000;
    private static final int PUSH = TcpFlag.PSH.bit();

    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private int serverIsn;
    private boolean isServerKnown;
    private int highest;
    private int lastServerTimestamp;
    private int filled = -1;
    private int scale;

    ScriptNumbers(InetSocketAddress client, InetSocketAddress server) {
        this.client = client;
        this.server = server;
    }

    /// The bytes that a stream has from `from` on, for either end.
    static byte[] content(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int at = from + i;
            bytes[i] = (byte) (at * 7 + (at >>> 8) * 13);
        }
        return bytes;
    }

    void filledUpTo(int number) {
        filled = number;
    }

    /// How many bytes filled the window, 0 if none did.
    int filled() {
        return Math.max(0, filled - 1);
    }

    /// A number as the script writes it.
    int number(String text) {
        return text.startsWith("F")
                ? filled + (text.length() == 1 ? 0 : Integer.parseInt(text.substring(1)))
                : Integer.parseInt(text);
    }

    /// The packet that `--> FLAGS SEQ …` describes.
    byte[] packet(List<String> words) {
        Iterator<String> rest = words.iterator();
        TcpSegmentBuilder segment = PacketBuilder.between(client, server).tcp();
        segment.flags(rest.next());
        int seq = number(rest.next());
        segment.seq(CLIENT_ISN + seq);
        while (rest.hasNext()) {
            addPart(segment, rest.next(), rest, seq);
        }
        return segment.build();
    }

    private void addPart(TcpSegmentBuilder segment, String word, Iterator<String> rest, int seq) {
        switch (word) {
            case "ack" -> segment.ack(serverIsn + number(rest.next()));
            case "win" -> segment.window(number(rest.next()));
            case "data" -> segment.payload(content(seq, number(rest.next())));
            case "other-data" -> segment.payload(inverted(content(seq, number(rest.next()))));
            case "mss" -> segment.mss(number(rest.next()));
            case "scale" -> segment.nop().windowScale(number(rest.next()));
            case "sackOk" -> segment.nop().nop().sackPermitted();
            case "sack" -> {
                String[] edges = rest.next().split("-", -1);
                segment.nop().nop().sack(serverIsn + number(edges[0]), serverIsn + number(edges[1]));
            }
            case "ts" -> segment.nop().nop().timestamps(number(rest.next()), lastServerTimestamp);
            case "urg" -> segment.flags("U").urgentPointer(number(rest.next()));
            case "option" -> segment.rawOptions(octets(rest.next()));
            default -> throw new IllegalArgumentException("what is \"" + word + "\" in a segment?");
        }
    }

    private static int[] octets(String hex) {
        int[] octets = new int[hex.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return octets;
    }

    private static byte[] inverted(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        return bytes;
    }

    /// A packet of the server as the script writes it. PSH, window sizes but zero, and our own timestamps do not
    /// show; a packet that is not sound is an error.
    String describe(ParsedPacket packet) {
        packet.requireSound();
        String incarnation = note(packet);
        TcpOptions options = packet.options();
        StringBuilder text = new StringBuilder("<-- ");
        text.append(TcpFlag.format(packet.flags() & ~PUSH));
        boolean isReset = packet.has(TcpFlag.RST);
        text.append(isReset && packet.seq() == 0 ? " seq0" : " " + (packet.seq() - serverIsn));
        text.append(incarnation);
        text.append(packet.has(TcpFlag.ACK) ? " ack " + ofClient(packet.ack()) : "");
        text.append(packet.payloadLength() > 0 ? " data " + packet.payloadLength() + verdict(packet) : "");
        text.append(packet.window() == 0 && !isReset ? " win 0" : "");
        text.append(options.mss() != TcpOptions.ABSENT ? " mss" : "");
        text.append(options.windowScale() != TcpOptions.ABSENT ? " scale" : "");
        text.append(options.sackPermitted() ? " sackOk" : "");
        text.append(options.hasTimestamps() ? " ecr " + options.timestampEcho() : "");
        for (SackBlock block : options.sackBlocks()) {
            text.append(" sack ").append(ofClient(block.leftSeq())).append('-').append(ofClient(block.rightSeq()));
        }
        return text.toString();
    }

    /// Another SYN-ACK belongs to another connection, whose numbers must be above those of the one before.
    private String note(ParsedPacket packet) {
        String incarnation = "";
        if (packet.has(TcpFlag.SYN) && (!isServerKnown || packet.seq() != serverIsn)) {
            incarnation = !isServerKnown ? "" : packet.seq() - highest > 0 ? " above" : " below";
            isServerKnown = true;
            serverIsn = packet.seq();
            highest = serverIsn;
            scale = Math.max(0, packet.options().windowScale());
        }
        int end = packet.seq() + packet.sequenceLength();
        highest = end - highest > 0 ? end : highest;
        if (packet.options().hasTimestamps()) {
            lastServerTimestamp = packet.options().timestampValue();
        }
        return incarnation;
    }

    /// The number behind the window that a packet advertises.
    int rightEdge(ParsedPacket packet) {
        int window = packet.window() << (packet.has(TcpFlag.SYN) ? 0 : scale);
        return packet.ack() - CLIENT_ISN + window;
    }

    private String verdict(ParsedPacket packet) {
        byte[] right = content(packet.seq() - serverIsn, packet.payloadLength());
        return java.util.Arrays.equals(right, packet.payload()) ? "" : " WRONG";
    }

    private String ofClient(int absolute) {
        int number = absolute - CLIENT_ISN;
        if (filled < 0 || Math.abs(number - filled) > 100_000 || number < 100) {
            return Integer.toString(number);
        }
        return number == filled ? "F" : number > filled ? "F+" + (number - filled) : "F" + (number - filled);
    }
}
