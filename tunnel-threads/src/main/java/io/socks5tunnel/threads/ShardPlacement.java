// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Affinity;
import io.socks5tunnel.api.CpuList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// On which CPUs the shards of a tunnel run.
///
/// @param cpus for each shard, in their order; [CpuList#NONE] for one that runs anywhere
/// @param warning what is not done although it was asked for, for the user; empty if there is no such thing
record ShardPlacement(List<CpuList> cpus, String warning) {
    ShardPlacement {
        cpus = List.copyOf(cpus);
    }

    /// Decides for as many shards.
    ///
    /// @param shards from 1
    /// @param nodes the CPUs that may be used, a list for each NUMA node, none empty; no list where shards cannot
    ///     be bound
    static ShardPlacement plan(Affinity affinity, int shards, List<CpuList> nodes) {
        return switch (affinity) {
            case Affinity.Off _ -> anywhere(shards, "");
            case Affinity.Auto _ -> nodes.size() < 2 ? anywhere(shards, "") : overNodes(shards, nodes);
            case Affinity.Listed listed -> inTurn(listed.cpus(), shards, nodes);
        };
    }

    /// Where shards are bound, such as `shards 0-1 on CPU 3, shard 2 on CPUs 4-7`; empty if none is.
    String description() {
        Map<CpuList, List<Integer>> shardsOf = new LinkedHashMap<>();
        for (int shard = 0; shard < cpus.size(); shard++) {
            if (!cpus.get(shard).isEmpty()) {
                shardsOf.computeIfAbsent(cpus.get(shard), _ -> new ArrayList<>())
                        .add(shard);
            }
        }
        return shardsOf.entrySet().stream()
                .map(entry -> named("shard", entry.getValue()) + " on "
                        + named("CPU", entry.getKey().cpus()))
                .collect(Collectors.joining(", "));
    }

    private static ShardPlacement anywhere(int shards, String warning) {
        return new ShardPlacement(Collections.nCopies(shards, CpuList.NONE), warning);
    }

    /// Each node gets shards in proportion to its CPUs: every further one goes where there are most CPUs for each
    /// shard then (D'Hondt's method). Neighbours share a node.
    private static ShardPlacement overNodes(int shards, List<CpuList> nodes) {
        int[] shardsOf = new int[nodes.size()];
        for (int shard = 0; shard < shards; shard++) {
            int best = 0;
            for (int node = 1; node < shardsOf.length; node++) {
                boolean hasMoreForEach = nodes.get(node).size() * (shardsOf[best] + 1)
                        > nodes.get(best).size() * (shardsOf[node] + 1);
                best = hasMoreForEach ? node : best;
            }
            shardsOf[best]++;
        }
        List<CpuList> cpus = new ArrayList<>();
        for (int node = 0; node < shardsOf.length; node++) {
            cpus.addAll(Collections.nCopies(shardsOf[node], nodes.get(node)));
        }
        return new ShardPlacement(cpus, "");
    }

    private static ShardPlacement inTurn(CpuList listed, int shards, List<CpuList> nodes) {
        if (nodes.isEmpty()) {
            return anywhere(shards, "threads.affinity has no effect: with this reactor shards cannot be bound to CPUs");
        }
        Set<Integer> usable =
                nodes.stream().flatMap(node -> node.cpus().stream()).collect(Collectors.toSet());
        Set<Integer> refused = new LinkedHashSet<>();
        List<Integer> unbound = new ArrayList<>();
        List<CpuList> cpus = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            int cpu = listed.cpus().get(shard % listed.size());
            boolean isUsable = usable.contains(cpu);
            cpus.add(isUsable ? new CpuList(List.of(cpu)) : CpuList.NONE);
            if (!isUsable) {
                refused.add(cpu);
                unbound.add(shard);
            }
        }
        return new ShardPlacement(cpus, unbound.isEmpty() ? "" : warning(List.copyOf(refused), unbound));
    }

    private static String warning(List<Integer> refused, List<Integer> unbound) {
        return "threads.affinity: this process cannot run on " + named("CPU", refused) + ", so "
                + named("shard", unbound) + (unbound.size() == 1 ? " runs anywhere" : " run anywhere");
    }

    /// Shards are counted and listed like CPUs.
    private static String named(String noun, List<Integer> numbers) {
        return noun + (numbers.size() == 1 ? " " : "s ") + new CpuList(numbers);
    }
}
