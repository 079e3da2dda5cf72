// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The kernel's own counters in a namespace, by `nstat`: an independent judge of what a tunnel did to its client.
public final class KernelCounters {
    /// What must not move when no packet is lost: each is a complaint of the kernel about what it was sent, or a
    /// sign that an answer did not come. Probes of a tail that was late, and their duplicate acknowledgements, are
    /// not among them: on a busy machine two kernels show them to each other over a wire that loses nothing.
    private static final Set<String> COMPLAINTS = Set.of(
            "IpInHdrErrors",
            "IpReasmFails",
            "TcpEstabResets",
            "TcpInCsumErrors",
            "TcpInErrs",
            "TcpExtPAWSEstab",
            "TcpExtPAWSOldAck",
            "TcpExtTCPACKSkippedSynRecv",
            "TcpExtTCPACKSkippedPAWS",
            "TcpExtTCPACKSkippedSeq",
            "TcpExtTCPACKSkippedFinWait2",
            "TcpExtTCPACKSkippedTimeWait",
            "TcpExtTCPACKSkippedChallenge",
            "TcpExtTCPAbortFailed",
            "TcpExtTCPAbortOnTimeout",
            "TcpExtTCPChallengeACK",
            "TcpExtTCPSACKReneging",
            "TcpExtTCPSYNChallenge",
            "TcpExtTCPSynRetrans",
            "TcpExtTCPZeroWindowDrop",
            "TcpExtBeyondWindow",
            "UdpInCsumErrors");

    private final Map<String, Long> values;

    private KernelCounters(Map<String, Long> values) {
        this.values = values;
    }

    /// The counters now.
    public static KernelCounters read(NetworkNamespace namespace) {
        Map<String, Long> values = new TreeMap<>();
        namespace
                .run("nstat", "-asz")
                .orFail()
                .output()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" +", -1))
                .forEach(fields -> values.put(fields[0], Long.parseLong(fields[1])));
        return new KernelCounters(values);
    }

    /// The value of one counter; unknown names fail, so that a renamed counter is not taken for one that stood
    /// still.
    public long value(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("this kernel has no counter " + name);
        }
        return value;
    }

    /// What has moved since `before` of what must not move on a clean wire, by how much.
    public Map<String, Long> complaintsSince(KernelCounters before) {
        Map<String, Long> moved = new TreeMap<>();
        for (String name : COMPLAINTS) {
            long delta = values.getOrDefault(name, 0L) - before.values.getOrDefault(name, 0L);
            if (delta != 0) {
                moved.put(name, delta);
            }
        }
        return moved;
    }
}
