// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.LoadedShards.LOOK_NANOS;
import static io.socks5tunnel.threads.ShardScaling.MAX_REST_NANOS;
import static io.socks5tunnel.threads.ShardScaling.REST_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ShardScalingPropertyTest {
    private static double[] array(List<Double> loads) {
        return loads.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /// Whatever is done, and whatever the clock shows.
    @Property(tries = 300, seed = "202611")
    void thereAreNeverTooFewNorTooMany(
            @ForAll @IntRange(min = 1, max = 8) int max, @ForAll @IntRange(max = 7) int fewer, @ForAll long seed) {
        int min = Math.max(1, max - fewer);
        LoadedShards shards = new LoadedShards(min, max);
        Random random = new Random(seed);

        for (int i = 0; i < 100; i++) {
            int before = shards.inService();
            int changes = shards.pass(
                    random.nextInt(5) * REST_NANOS / 4,
                    random.doubles(max).map(load -> load * load).toArray());
            assertThat(shards.inService()).isBetween(min, max);
            assertThat(Math.abs(shards.inService() - before)).isLessThanOrEqualTo(changes);
            assertThat(shards.scaling.mayGrow()).isEqualTo(shards.inService() < max);
            assertThat(shards.scaling.mayShrink()).isEqualTo(shards.inService() > min);
            shards.sleep(random.nextInt(3) * REST_NANOS);
        }
    }

    /// From whatever number: while the load stays the same the number only falls or only rises, and then stays.
    @Property(tries = 300, seed = "202612")
    void nothingComesAndGoesWhileTheLoadStaysTheSame(
            @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0, max = 1) Double> loads,
            @ForAll @IntRange(min = 1, max = 8) int from) {
        int max = loads.size();
        LoadedShards shards = new LoadedShards(1, max).shrunkTo(Math.min(from, max));
        int before = shards.inService();

        int changes = shards.pass(10 * REST_NANOS, array(loads));

        assertThat(changes).isEqualTo(Math.abs(shards.inService() - before));
        assertThat(shards.pass(10 * REST_NANOS, array(loads))).isZero();
    }

    @Property(tries = 200, seed = "202613")
    void allComeBackUnderOverloadAndTheLeastAreLeftAtRest(
            @ForAll @IntRange(min = 1, max = 8) int max,
            @ForAll @IntRange(max = 7) int fewer,
            @ForAll @DoubleRange(min = 0.75, max = 1) double load) {
        int min = Math.max(1, max - fewer);
        LoadedShards shards = new LoadedShards(min, max).shrunkTo(min);
        double[] loads = new double[max];
        Arrays.fill(loads, load);

        shards.pass(max * LOOK_NANOS, loads);
        assertThat(shards.inService()).isEqualTo(max);

        shards.pass(max * MAX_REST_NANOS);
        assertThat(shards.inService()).isEqualTo(min);
    }
}
