// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Builds the tree of a text's first document from the parser's events. What follows that document is not read.
///
/// The library's own composer is not used: it recurses, so that deep nesting ends in a StackOverflowError, and its
/// messages quote the text. A quote may hold a password.
final class YamlTree {
    /// Each alias of a collection makes the same keys count again, so their number is bounded.
    private static final int MAX_COLLECTION_ALIASES = 50;

    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    private final Deque<OpenCollection> open = new ArrayDeque<>();
    private int collectionAliases;
    private @Nullable YamlNode root;

    private YamlTree() {}

    /// The root of the first document, or empty where the text holds none.
    static Optional<YamlNode> firstDocument(String text) throws ConfigException {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        try {
            ParserImpl events = new ParserImpl(settings, new StreamReader(settings, text));
            return new YamlTree().build(events);
        } catch (MarkedYamlEngineException e) {
            throw atMark(e);
        } catch (ReaderException e) {
            TextPlace place = TextPlace.ofCodePoint(text, e.getPosition());
            String shown = String.format("U+%04X", e.getCodePoint());
            throw new ConfigException(
                    place.line(), place.column(), "no YAML: the character " + shown + " is not allowed");
        } catch (YamlVersionException e) {
            SpecVersion version = e.getSpecVersion();
            throw new ConfigException(
                    "no YAML: version " + version.getMajor() + "." + version.getMinor() + " is not understood");
        } catch (NumberFormatException _) {
            // the library does not look whether there are digits at all where the text ends
            throw new ConfigException("no YAML: the text ends within an escape");
        } catch (YamlEngineException e) {
            throw new ConfigException("no YAML: " + ConfigRemarks.printable(String.valueOf(e.getMessage())));
        }
    }

    private Optional<YamlNode> build(ParserImpl events) throws ConfigException {
        while (events.hasNext()) {
            Event event = events.next();
            switch (event) {
                case ScalarEvent scalar -> add(scalar(scalar), scalar);
                case MappingStartEvent start -> open(new YamlNode.Mapping(line(start), column(start)), start);
                case SequenceStartEvent start -> open(new YamlNode.Sequence(line(start), column(start)), start);
                case AliasEvent alias -> place(target(alias));
                case CollectionEndEvent _ -> open.pop();
                case DocumentEndEvent _ -> {
                    return Optional.ofNullable(root);
                }
                default -> {
                    // starts of stream and document carry nothing
                }
            }
        }
        return Optional.empty();
    }

    private void add(YamlNode node, NodeEvent event) {
        event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        place(node);
    }

    private void open(YamlNode collection, NodeEvent event) {
        add(collection, event);
        open.push(new OpenCollection(collection));
    }

    private void place(YamlNode node) {
        OpenCollection parent = open.peek();
        if (parent == null) {
            root = node;
        } else {
            parent.add(node);
        }
    }

    private YamlNode target(AliasEvent alias) throws ConfigException {
        YamlNode node = anchors.get(alias.getAlias());
        if (node == null) {
            // without the name, which may be a password that nobody quoted
            throw new ConfigException(line(alias), column(alias), "no YAML: * refers to an anchor that does not exist");
        }
        if (node instanceof YamlNode.Scalar) {
            return node;
        }
        collectionAliases++;
        if (collectionAliases > MAX_COLLECTION_ALIASES) {
            throw new ConfigException(
                    line(alias), column(alias), "more than " + MAX_COLLECTION_ALIASES + " aliases of collections");
        }
        return node;
    }

    private static YamlNode.Scalar scalar(ScalarEvent event) {
        return new YamlNode.Scalar(event.getValue(), line(event), column(event));
    }

    private static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    private static int column(Event event) {
        return event.getStartMark().map(Mark::getColumn).orElse(-1) + 1;
    }

    /// Takes the parser's reason and its place, but never its quote of the text.
    private static ConfigException atMark(MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        String reason = e.getProblem() == null ? "syntax error" : e.getProblem();
        if (reason.startsWith("found undefined tag handle")) {
            reason = "found undefined tag handle";
        }
        String context = e.getContext() == null || e.getContext().isEmpty() ? "" : " " + e.getContext();
        return new ConfigException(
                mark.map(Mark::getLine).orElse(-1) + 1,
                mark.map(Mark::getColumn).orElse(-1) + 1,
                // the reason may hold the character that was not expected, whatever a terminal makes of it
                "no YAML: " + ConfigRemarks.printable(reason + context));
    }

    /// A collection whose end has not been seen.
    private static final class OpenCollection {
        private final YamlNode collection;
        private @Nullable YamlNode key;

        OpenCollection(YamlNode collection) {
            this.collection = collection;
        }

        void add(YamlNode node) {
            if (!(collection instanceof YamlNode.Mapping mapping)) {
                return;
            }
            if (key == null) {
                key = node;
            } else {
                mapping.entries().add(new YamlNode.Entry(key, node));
                key = null;
            }
        }
    }
}
