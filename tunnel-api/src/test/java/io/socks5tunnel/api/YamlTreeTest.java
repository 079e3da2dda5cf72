// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.socks5tunnel.api.YamlNode.Entry;
import io.socks5tunnel.api.YamlNode.Mapping;
import io.socks5tunnel.api.YamlNode.Scalar;
import io.socks5tunnel.api.YamlNode.Sequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTreeTest {
    @ParameterizedTest
    @ValueSource(strings = {"off", "'off'", "\"off\"", "!!str off", "&a off", "|-\n  off", ">-\n  off", "\"o\\x66f\""})
    void scalarsKeepTheirTextWhateverTheirStyle(String style) throws ConfigException {
        Mapping root = (Mapping) tree("icmp: " + style + "\n");

        assertThat(((Scalar) root.entries().getFirst().value()).text()).isEqualTo("off");
    }

    @Test
    void nodesKnowTheirPlaces() throws ConfigException {
        Mapping root = (Mapping) tree("# a\na:\n  b: [c]\n  é😀: d\n");

        Mapping a = (Mapping) root.entries().getFirst().value();
        assertThat(root.line()).isEqualTo(2);
        assertThat(a.line()).isEqualTo(3);
        assertThat(a.column()).isEqualTo(3);
        assertThat(a.entries().get(0).value()).isEqualTo(new Sequence(3, 6));
        assertThat(a.entries().get(1)).isEqualTo(new Entry(new Scalar("é😀", 4, 3), new Scalar("d", 4, 7)));
    }

    @Test
    void repeatedKeysStay() throws ConfigException {
        assertThat(((Mapping) tree("{a: 1, a: 2}")).entries()).hasSize(2);
    }

    @Test
    void aliasesAreWhatTheyStandFor() throws ConfigException {
        Mapping root = (Mapping) tree("a: [{b: &port 1080}]\nc: *port\n");

        assertThat(root.entries().get(1).value()).isEqualTo(new Scalar("1080", 1, 9));
    }

    @Test
    void mappingMayContainItself() throws ConfigException {
        Mapping root = (Mapping) tree("&a\nb: *a\n");

        assertThat(root.entries().getFirst().value()).isSameAs(root);
    }

    @Test
    void aliasesOfCollectionsAreBounded() throws ConfigException {
        String anchor = "x: &a {}\n";

        assertThat(tree(anchor + "y: *a\n".repeat(50))).isInstanceOf(Mapping.class);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> tree(anchor + "y: *a\n".repeat(51)))
                .withMessage("line 52, column 4: more than 50 aliases of collections");
    }

    @Test
    void deepNestingNeedsNoDeepStack() throws ConfigException {
        assertThat(tree("[".repeat(20_000) + "]".repeat(20_000))).isEqualTo(new Sequence(1, 1));
    }

    @Test
    void nothingIsNoTree() throws ConfigException {
        assertThat(YamlTree.firstDocument("# only a remark\n")).isEmpty();
    }

    @Test
    void firstDocumentIsAllThatIsRead() throws ConfigException {
        assertThat(tree("a\n---\n'\n")).isEqualTo(new Scalar("a", 1, 1));
    }

    @Test
    void charactersThatYamlForbidsAreRefusedWithTheirPlace() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> tree("a: 1\nb: \u0007\n"))
                .withMessage("line 2, column 4: no YAML: the character U+0007 is not allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: \"\\x", "a: \"\\u", "a: \"\\U"})
    void escapeThatTheTextEndsInIsRefused(String text) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> tree(text))
                .withMessageStartingWith("no YAML: the text ends within an escape");
    }

    @Test
    void versionThatIsUnknownIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> tree("%YAML 3.0\n---\na"))
                .withMessage("no YAML: version 3.0 is not understood");
    }

    private static YamlNode tree(String text) throws ConfigException {
        return YamlTree.firstDocument(text).orElseThrow();
    }
}
