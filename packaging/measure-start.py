#!/usr/bin/env python3
"""Measures the start of a daemon: time from starting the process until its TUN is up, and what it costs when idle.

    sudo unshare --net packaging/measure-start.py RUNS IDLE_SECONDS DEVICE COMMAND...

DEVICE is the tunnel.name of the configuration. Each run starts COMMAND, waits for DEVICE, and ends it with SIGTERM one
second later. The last one is left alone for IDLE_SECONDS, and then watched for 20 s.
"""

import fcntl
import os
import socket
import statistics
import struct
import subprocess
import sys
import time

SIOCGIFFLAGS, IFF_UP = 0x8913, 1
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def is_up(device):
    request = struct.pack("16sh22x", device.encode(), 0)
    try:
        return bool(struct.unpack("16sh22x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1] & IFF_UP)
    except OSError:
        return False


def cpu_milliseconds(pid):
    """Of all threads alive, in finer steps than the clock ticks of /proc/PID/stat."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e6


def resident_megabytes(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Rss:")) / 1024


def main():
    runs, idle_seconds, device, command = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4:]
    up, cost = [], []
    for run in range(runs):
        begin = time.monotonic()
        daemon = subprocess.Popen(command)
        while not is_up(device):
            if daemon.poll() is not None:
                sys.exit(f"ended with {daemon.returncode}")
            time.sleep(0.001)
        up.append((time.monotonic() - begin) * 1000)
        cost.append(cpu_milliseconds(daemon.pid))
        time.sleep(1)
        if run == runs - 1 and idle_seconds > 0:
            time.sleep(idle_seconds)
            before = cpu_milliseconds(daemon.pid)
            time.sleep(20)
            print(f"idle CPU in 20 s: {cpu_milliseconds(daemon.pid) - before:.1f} ms")
            print(f"idle RSS: {resident_megabytes(daemon.pid):.1f} MiB")
        daemon.terminate()
        daemon.wait(20)
    print(f"start to TUN up: median {statistics.median(up):.0f} ms, {min(up):.0f} to {max(up):.0f} ms in {runs} runs")
    print(f"CPU time until then: median {statistics.median(cost):.0f} ms, at least {min(cost):.0f} ms")


main()
