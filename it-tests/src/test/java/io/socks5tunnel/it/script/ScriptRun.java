// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import io.socks5tunnel.sim.ParsedPacket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Plays one packet script on one host and notes what is answered to each step.
final class ScriptRun {
    private static final int FILL_BYTES = 1_000;
    private static final int FILL_ROUNDS = 10_000;
    private static final int FILL_MILLIS = 50;
    private static final int READ_LIMIT = 1 << 20;

    private final ScriptHost host;
    private final ScriptNumbers numbers;
    private final ScriptLibrary library;
    private ParsedPacket lastPacket;
    private int readBytes;
    private int writtenBytes;
    private long plannedMillis;

    ScriptRun(ScriptHost host, ScriptLibrary library) {
        this.host = host;
        this.library = library;
        numbers = new ScriptNumbers(host.client(), host.server());
    }

    /// The answers to every step, in the words of the script.
    List<List<String>> play(PacketScript script) throws IOException {
        List<List<String>> all = new ArrayList<>();
        for (ScriptStep step : script.steps()) {
            all.add(play(step));
        }
        return all;
    }

    /// How long the script wants to wait in all.
    long plannedMillis() {
        return plannedMillis;
    }

    private List<String> play(ScriptStep step) throws IOException {
        List<String> answers = new ArrayList<>();
        List<String> words = List.of(step.command().split(" +", -1));
        int within = words.indexOf("within");
        switch (words.getFirst()) {
            case "rules", "receive-buffer", "only" -> {}
            case "given" -> play(library.script(step.word(1)));
            case "-->" -> host.inject(numbers.packet(words.subList(1, within < 0 ? words.size() : within)));
            case "wait" -> {
                pass(step.word(1));
                return collapsed();
            }
            case "app" -> answers.addAll(act(step));
            default -> throw new IllegalArgumentException(step.command());
        }
        answers.addAll(packets());
        if (within >= 0) {
            pass(words.get(within + 1));
            answers.addAll(collapsed());
        }
        return answers;
    }

    private void pass(String duration) throws IOException {
        long millis = Long.parseLong(duration.replace("ms", ""));
        plannedMillis += millis;
        host.pass(millis);
    }

    private List<String> packets() throws IOException {
        List<String> lines = new ArrayList<>();
        for (byte[] bytes : host.answers()) {
            lastPacket = ParsedPacket.parse(bytes);
            lines.add(numbers.describe(lastPacket));
        }
        return lines;
    }

    /// How often something is sent again while time passes is a matter of clocks: once is enough.
    private List<String> collapsed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : packets()) {
            if (!lines.contains(line)) {
                lines.add(line);
            }
        }
        return lines;
    }

    private List<String> act(ScriptStep step) throws IOException {
        String action = step.word(1);
        if (action.equals("fill")) {
            fill();
            return List.of();
        }
        if (!host.isConnected()) {
            return List.of("= no connection");
        }
        switch (action) {
            case "read" -> {
                return List.of(read(step.word(2).isEmpty() ? READ_LIMIT : Integer.parseInt(step.word(2))));
            }
            case "write" -> {
                int wanted = Integer.parseInt(step.word(2));
                return List.of(write(wanted));
            }
            case "shutdown" -> host.shutdownOutput();
            case "close" -> host.closeSocket();
            case "reset" -> host.reset();
            default -> throw new IllegalArgumentException(step.command());
        }
        return List.of();
    }

    private String read(int limit) throws IOException {
        StringBuilder text = new StringBuilder("=");
        int count = 0;
        boolean isRight = true;
        String end = "";
        try {
            for (byte[] bytes = host.read(limit); bytes.length > 0; bytes = host.read(limit - count)) {
                isRight &= Arrays.equals(bytes, ScriptNumbers.content(1 + readBytes, bytes.length));
                readBytes += bytes.length;
                count += bytes.length;
                if (count == limit) {
                    break;
                }
            }
        } catch (ScriptHost.EndOfStream e) {
            end = " end";
        } catch (IOException e) {
            end = " reset";
        }
        text.append(count == 0 ? "" : count == numbers.filled() ? " all" : " " + count + " bytes");
        text.append(isRight ? "" : " WRONG").append(end);
        return text.length() == 1 ? "= nothing" : text.toString();
    }

    private String write(int wanted) {
        try {
            int written = host.write(ScriptNumbers.content(1 + writtenBytes, wanted));
            writtenBytes += written;
            return written == wanted ? "= written" : "= " + written + " bytes written";
        } catch (IOException e) {
            return "= broken";
        }
    }

    /// Sends data until the window is closed, or does not open any further.
    private void fill() throws IOException {
        int next = 1;
        int quiet = 0;
        for (int i = 0; i < FILL_ROUNDS && quiet < 3; i++) {
            int room = numbers.rightEdge(lastPacket) - next;
            if (room <= 0) {
                host.pass(FILL_MILLIS);
                plannedMillis += FILL_MILLIS;
                quiet++;
            } else {
                int length = Math.min(FILL_BYTES, room);
                host.inject(numbers.packet(
                        List.of("A", Integer.toString(next), "ack", "1", "data", Integer.toString(length))));
                next += length;
                quiet = 0;
            }
            packets();
        }
        numbers.filledUpTo(next);
    }
}
