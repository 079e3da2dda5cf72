// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the fuzzer has found worth keeping is handled well, and so is what looks much like it. The long form is
/// `./fuzz`.
class CorpusTest {
    private static final long SEED = 20_261_122;
    private static final int VARIANTS = 1_500;

    @ParameterizedTest
    @EnumSource
    void everyInputIsHandled(Target target) {
        FuzzTarget handler = target.make();
        Map<String, byte[]> inputs = Corpus.of(target);

        assertThat(inputs).isNotEmpty();
        inputs.forEach((name, input) -> run(handler, target, name, input));
    }

    @ParameterizedTest
    @EnumSource
    void inputsThatWereChangedALittleAreHandled(Target target) {
        FuzzTarget handler = target.make();
        byte[][] inputs = Corpus.of(target).values().toArray(byte[][]::new);
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < VARIANTS; i++) {
            byte[] input = inputs[random.nextInt(inputs.length)];
            run(handler, target, "variant " + i + " of seed " + SEED, changed(input, inputs, random));
        }
    }

    /// Slabs and arrays go from one input to the next, and nothing else does.
    @ParameterizedTest
    @EnumSource(names = {"PACKET", "SEGMENT", "FRAGMENT", "DNS_QUERY", "UDP_STREAM"})
    void whatCameBeforeMakesNoDifference(Target target) throws Exception {
        List<byte[]> inputs = List.copyOf(Corpus.of(target).values());
        FuzzTarget used = target.make();
        for (byte[] input : inputs.reversed()) {
            used.run(input);
        }
        Set<Long> outcomes = new HashSet<>();
        for (byte[] input : inputs) {
            FuzzTarget fresh = target.make();
            fresh.run(input);
            used.run(input);
            assertThat(used.outcome()).as(HexFormat.of().formatHex(input)).isEqualTo(fresh.outcome());
            outcomes.add(used.outcome());
        }
        assertThat(outcomes).hasSizeGreaterThan(inputs.size() / 4);
    }

    private static byte[] changed(byte[] input, byte[][] inputs, SplittableRandom random) {
        byte[] other = inputs[random.nextInt(inputs.length)];
        int cut = random.nextInt(input.length + 1);
        byte[] changed = Arrays.copyOf(input, input.length);
        if (random.nextInt(4) == 0) {
            changed = Arrays.copyOf(input, cut + other.length);
            System.arraycopy(other, 0, changed, cut, other.length);
        }
        for (int i = random.nextInt(5); i > 0 && changed.length > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }

    private static void run(FuzzTarget handler, Target target, String name, byte[] input) {
        try {
            handler.run(input);
        } catch (Exception | AssertionError | StackOverflowError e) {
            fail(target.text() + " " + name + ": " + HexFormat.of().formatHex(input), e);
        }
    }
}
