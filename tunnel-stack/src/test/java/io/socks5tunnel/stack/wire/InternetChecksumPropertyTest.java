// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.naiveSum;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Against the sum taken two bytes at a time.
@Tag("T-HD-1")
class InternetChecksumPropertyTest {
    private static final List<Slab> SLABS = List.of(new Slab(), new Slab());

    @Property
    void sumIsThatOfWordsAtEveryOffsetAndLength(
            @ForAll @Size(max = 300) byte[] content, @ForAll @IntRange(max = 9) int offset) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(offset + content.length + 3).put(offset, content);

        int sum = InternetChecksum.fold(InternetChecksum.sum(bytes, offset, content.length));

        assertThat(sum).isEqualTo(naiveSum(content));
    }

    @Property
    void storedChecksumMakesTheSumRight(@ForAll @Size(min = 2, max = 100) byte[] content) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(content.length).put(0, content);
        bytes.putShort(0, (short) 0);

        bytes.putShort(0, (short) InternetChecksum.finish(InternetChecksum.sum(bytes, 0, content.length)));

        assertThat(InternetChecksum.finish(InternetChecksum.sum(bytes, 0, content.length)))
                .isZero();
    }

    @Property
    void cuttingChangesNothing(
            @ForAll @Size(max = 200) byte[] content, @ForAll @Size(max = 6) List<@IntRange(max = 200) Integer> cuts) {
        GatherList ranges = new GatherList();
        int from = 0;
        int slab = 0;
        for (int cut :
                cuts.stream().sorted().map(cut -> Math.min(cut, content.length)).toList()) {
            add(ranges, slab++ % 2, content, from, cut);
            from = cut;
        }
        add(ranges, slab % 2, content, from, content.length);

        assertThat(InternetChecksum.fold(InternetChecksum.sum(ranges))).isEqualTo(naiveSum(content));
    }

    private static void add(GatherList ranges, int slab, byte[] content, int from, int to) {
        SLABS.get(slab).bytes().put(1_000 + from, Arrays.copyOfRange(content, from, to));
        ranges.add(SLABS.get(slab), 1_000 + from, to - from);
    }
}
