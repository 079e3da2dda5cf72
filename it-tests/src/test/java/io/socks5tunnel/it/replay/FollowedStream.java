// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.replay;

import io.socks5tunnel.it.lab.Tshark;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/// A TCP stream of a capture as Wireshark reassembles it.
///
/// @param number Wireshark's number
/// @param one one end
/// @param other the other end
/// @param fromOne the bytes that the one end sent
/// @param fromOther the bytes that the other end sent
@SuppressWarnings("ArrayRecordComponent") // never compared
record FollowedStream(int number, InetSocketAddress one, InetSocketAddress other, byte[] fromOne, byte[] fromOther) {
    private static final String FILTER = "Filter: tcp.stream eq ";
    private static final String NODE = "Node ";
    /// How Wireshark names an end that it does not know.
    private static final String NOBODY = ":0";

    /// All streams that Wireshark can follow.
    static List<FollowedStream> of(Path capture) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (List<String> cells : Tshark.fields(capture, "tcp.stream")) {
            for (String number : cells.getFirst().split(",", -1)) {
                if (!number.isEmpty()) {
                    numbers.add(Integer.parseInt(number));
                }
            }
        }
        if (numbers.isEmpty()) {
            return List.of();
        }
        List<String> arguments = new ArrayList<>(List.of("-q"));
        numbers.forEach(number -> arguments.addAll(List.of("-z", "follow,tcp,raw," + number)));
        return parse(Tshark.lines(capture, arguments));
    }

    private static List<FollowedStream> parse(List<String> lines) {
        List<FollowedStream> streams = new ArrayList<>();
        int number = -1;
        List<String> ends = new ArrayList<>();
        ByteArrayOutputStream fromOne = new ByteArrayOutputStream();
        ByteArrayOutputStream fromOther = new ByteArrayOutputStream();
        for (String line : lines) {
            if (line.startsWith(FILTER)) {
                number = Integer.parseInt(line.substring(FILTER.length()));
                ends.clear();
                fromOne.reset();
                fromOther.reset();
            } else if (line.startsWith(NODE)) {
                ends.add(line.substring(line.indexOf(": ") + 2));
            } else if (line.startsWith("=") && ends.size() == 2) {
                boolean isKnown =
                        !ends.getFirst().startsWith(NOBODY) && !ends.getLast().startsWith(NOBODY);
                if (isKnown) {
                    streams.add(new FollowedStream(
                            number,
                            address(ends.getFirst()),
                            address(ends.getLast()),
                            fromOne.toByteArray(),
                            fromOther.toByteArray()));
                }
                ends.clear();
            } else if (ends.size() == 2 && !line.isBlank()) {
                (line.startsWith("\t") ? fromOther : fromOne)
                        .writeBytes(HexFormat.of().parseHex(line.strip()));
            }
        }
        return streams;
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon).replace("[", "").replace("]", "");
        return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(text.substring(colon + 1)));
    }
}
