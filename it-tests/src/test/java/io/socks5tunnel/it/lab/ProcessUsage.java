// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What processes have used, as `/proc` tells it.
///
/// @param cpuSeconds user and system time, in steps of 10 ms
/// @param kernelSeconds the system time of it: what the kernel did in the system calls of these processes
/// @param residentBytes memory that is in RAM now
public record ProcessUsage(double cpuSeconds, double kernelSeconds, long residentBytes) {
    /// Of a process that there is not.
    public static final ProcessUsage NONE = new ProcessUsage(0, 0, 0);

    /// `USER_HZ`, which is 100 on every architecture that Java runs on.
    private static final double TICKS_PER_SECOND = 100;

    private static final long PAGE_BYTES = 4096;
    private static final int FIELD_AFTER_NAME = 3;
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int RSS = 24;

    /// The sum over a process and its descendants, those that have ended not counted.
    public static ProcessUsage ofTree(ProcessHandle root) {
        ProcessUsage sum = of(root.pid());
        for (ProcessHandle child : root.descendants().toList()) {
            ProcessUsage usage = of(child.pid());
            sum = new ProcessUsage(
                    sum.cpuSeconds + usage.cpuSeconds,
                    sum.kernelSeconds + usage.kernelSeconds,
                    sum.residentBytes + usage.residentBytes);
        }
        return sum;
    }

    /// What was used from an earlier look to this one; of memory, what is resident now.
    public ProcessUsage since(ProcessUsage earlier) {
        return new ProcessUsage(cpuSeconds - earlier.cpuSeconds, kernelSeconds - earlier.kernelSeconds, residentBytes);
    }

    private static ProcessUsage of(long pid) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        } catch (IOException e) {
            return NONE;
        }
        // The name, in parentheses, may hold anything; fields are counted from behind it.
        List<String> fields =
                List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1));
        long userTicks = Long.parseLong(fields.get(UTIME - FIELD_AFTER_NAME));
        long kernelTicks = Long.parseLong(fields.get(STIME - FIELD_AFTER_NAME));
        return new ProcessUsage(
                (userTicks + kernelTicks) / TICKS_PER_SECOND,
                kernelTicks / TICKS_PER_SECOND,
                Long.parseLong(fields.get(RSS - FIELD_AFTER_NAME)) * PAGE_BYTES);
    }
}
