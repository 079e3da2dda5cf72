// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
    @ParameterizedTest
    @CsvSource({
        "'', []",
        "0, [0]",
        "'0-3,8', '[0, 1, 2, 3, 8]'",
        "' 8 , 0-1 ', '[8, 0, 1]'",
        "'3,2,1', '[3, 2, 1]'",
        "8190-8191, '[8190, 8191]'",
        "007, [7]",
    })
    void isReadInTheOrderOfTheText(String text, String cpus) {
        assertThat(CpuList.parse(text).orElseThrow().cpus()).hasToString(cpus);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "-1",
                "1-",
                "1--2",
                "3-1",
                "0,,1",
                ",",
                "0,",
                "0-3,2",
                "1,1",
                "8192",
                "0-8192",
                "99999999999",
                "0-3:1/2",
                "0x1",
                "+1",
                "0 1",
                "٣",
                "0\n1"
            })
    void isNotGuessed(String text) {
        assertThat(CpuList.parse(text)).isEmpty();
    }

    @Property(tries = 500, seed = "202607")
    void isPrintedSoThatItReadsTheSame(@ForAll("lists") CpuList list) {
        assertThat(CpuList.parse(list.toString())).contains(list);
    }

    @ParameterizedTest
    @CsvSource({"'0,1,2,3,8', '0-3,8'", "'0,1', '0-1'", "'3,2,1', '3,2,1'", "'', ''"})
    void isPrintedInRanges(String text, String printed) {
        assertThat(CpuList.parse(text).orElseThrow()).hasToString(printed);
    }

    @Test
    void keepsItsOrderWhenItIsCut() {
        assertThat(new CpuList(List.of(5, 3, 4, 9)).and(new CpuList(List.of(3, 4, 5, 6))))
                .isEqualTo(new CpuList(List.of(5, 3, 4)));
    }

    @Test
    void holdsNoCpuThatThereCannotBe() {
        for (List<Integer> wrong : List.of(List.of(-1), List.of(CpuList.MAX_CPU + 1), List.of(2, 1, 2))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new CpuList(wrong));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Affinity.Listed(CpuList.NONE));
    }

    /// Small numbers, which make ranges, and all others.
    @Provide
    Arbitrary<CpuList> lists() {
        return Arbitraries.oneOf(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, CpuList.MAX_CPU))
                .list()
                .uniqueElements()
                .ofMaxSize(12)
                .map(CpuList::new);
    }
}
