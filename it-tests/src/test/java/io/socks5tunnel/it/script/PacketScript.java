// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A packet script: what a client and the application do, and what the client is answered. The format is in
/// `docs/packet-scripts.md`.
///
/// @param name the file's name without its ending
/// @param rules ids of the rules that it shows
/// @param receiveBufferBytes receive buffer of the application's socket, 0 for the usual one
/// @param families where it is played: in both unless it says `only`
/// @param steps what is done, in order; a `given` stands for the steps of another script
record PacketScript(
        String name, List<String> rules, int receiveBufferBytes, Set<ScriptFamily> families, List<ScriptStep> steps) {
    PacketScript {
        rules = List.copyOf(rules);
        families = Set.copyOf(families);
        steps = List.copyOf(steps);
    }

    /// Reads a script.
    ///
    /// @param others gives the text of the scripts that `given` names
    static PacketScript parse(String name, String text, UnaryOperator<String> others) {
        return new Reading(name, others).read(text);
    }

    /// The text with other answers, for the recorder.
    String withAnswers(List<ScriptStep> recorded) {
        StringBuilder text = new StringBuilder();
        for (ScriptStep step : recorded) {
            step.comments().forEach(line -> text.append(line).append('\n'));
            text.append(step.command()).append('\n');
            step.answers().forEach(line -> text.append(line).append('\n'));
            List<String> others = step.stackAnswers();
            if (others != null) {
                (others.isEmpty() ? List.of("nothing") : others)
                        .forEach(line -> text.append("stack ").append(line).append('\n'));
                text.append("because ").append(step.reason()).append('\n');
            }
        }
        return text.toString();
    }

    /// Builds the steps line by line.
    private static final class Reading {
        private final String name;
        private final UnaryOperator<String> others;
        private final List<ScriptStep> steps = new ArrayList<>();
        private final List<String> rules = new ArrayList<>();
        private int receiveBufferBytes;
        private Set<ScriptFamily> families = EnumSet.allOf(ScriptFamily.class);
        private List<String> comments = new ArrayList<>();
        private List<String> answers = new ArrayList<>();
        private @Nullable List<String> stackAnswers;
        private String reason = "";
        private String command = "";

        Reading(String name, UnaryOperator<String> others) {
            this.name = name;
            this.others = others;
        }

        PacketScript read(String text) {
            List<String> waiting = new ArrayList<>();
            for (String line : text.lines().map(String::strip).toList()) {
                String word = line.split(" ", 2)[0];
                String rest = line.substring(word.length()).strip();
                switch (word) {
                    case "", "#" -> waiting.add(line);
                    case "<--", "=" -> answers.add(line);
                    case "stack" -> addStackAnswer(rest);
                    case "because" -> reason = rest;
                    default -> {
                        finishStep();
                        comments = waiting;
                        waiting = new ArrayList<>();
                        command = line;
                        noteSetting(word, rest);
                    }
                }
            }
            finishStep();
            return new PacketScript(name, rules, receiveBufferBytes, families, steps);
        }

        private void addStackAnswer(String answer) {
            if (stackAnswers == null) {
                stackAnswers = new ArrayList<>();
            }
            if (!answer.equals("nothing")) {
                stackAnswers.add(answer);
            }
        }

        private void noteSetting(String word, String rest) {
            switch (word) {
                case "rules" -> rules.addAll(List.of(rest.split("[ ,]+", -1)));
                case "receive-buffer" -> receiveBufferBytes = Integer.parseInt(rest);
                case "only" -> families = EnumSet.of(ScriptFamily.valueOf(rest.toUpperCase(Locale.ROOT)));
                case "given" -> {
                    PacketScript before = parse(rest, others.apply(rest), others);
                    receiveBufferBytes = Math.max(receiveBufferBytes, before.receiveBufferBytes());
                }
                case "-->", "wait", "app" -> {}
                default -> throw new IllegalArgumentException(name + ": what is \"" + word + "\"?");
            }
        }

        private void finishStep() {
            if (command.isEmpty()) {
                return;
            }
            if ((stackAnswers == null) != reason.isEmpty()) {
                throw new IllegalArgumentException(name + ": \"" + command + "\" needs both stack and because");
            }
            steps.add(new ScriptStep(comments, command, answers, stackAnswers, reason));
            command = "";
            answers = new ArrayList<>();
            stackAnswers = null;
            reason = "";
        }
    }
}
