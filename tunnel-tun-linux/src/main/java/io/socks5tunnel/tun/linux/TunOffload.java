// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import java.io.IOException;

/// What a device's queues may hand to the kernel and get from it, shared by all of them: negotiated at the start,
/// and made less when the kernel turns out to refuse what it had promised.
final class TunOffload {
    private static final System.Logger LOG = System.getLogger(TunOffload.class.getName());

    private static final int TCP = TunFlag.TUN_F_CSUM | TunFlag.TUN_F_TSO4 | TunFlag.TUN_F_TSO6;

    private static final int UDP = TunFlag.TUN_F_USO4 | TunFlag.TUN_F_USO6;

    /// From the widest set to none. A kernel refuses the whole set if it does not know one bit.
    private static final int[] MASKS = {
        TCP | TunFlag.TUN_F_TSO_ECN | UDP, TCP | TunFlag.TUN_F_TSO_ECN, TCP, TunFlag.TUN_F_CSUM, 0
    };

    private static final TunCapabilities CHECKSUMS = new TunCapabilities(true, false, false);
    private static final TunCapabilities SEGMENTS = new TunCapabilities(true, true, false);
    private static final TunCapabilities SEGMENTS_AND_DATAGRAMS = new TunCapabilities(true, true, true);

    private final String deviceName;
    private final int headerBytes;
    private final int mask;

    /// Volatile, since the shard that meets a refusal tells all others. Written once or twice in a device's life.
    private volatile TunCapabilities capabilities;

    private TunOffload(String deviceName, int headerBytes, int mask, TunCapabilities capabilities) {
        this.deviceName = deviceName;
        this.headerBytes = headerBytes;
        this.mask = mask;
        this.capabilities = capabilities;
    }

    /// Of a device without virtio headers.
    static TunOffload none(String deviceName) {
        return new TunOffload(deviceName, 0, 0, TunCapabilities.NONE);
    }

    /// Asks for as much as the kernel gives.
    ///
    /// @param descriptor any queue of the device
    /// @param headerBytes how long its virtio headers are
    /// @param wanted false to ask for nothing, which clears what another program may have left on the device
    /// @throws IOException if the kernel does not even take the empty set
    static TunOffload negotiate(DeviceCalls calls, int descriptor, String deviceName, int headerBytes, boolean wanted)
            throws IOException {
        int result = -Errno.EINVAL;
        boolean isUdpUsable = !KernelRelease.running().manglesSuperDatagrams();
        for (int mask : MASKS) {
            if (mask != 0 && !wanted || (mask & UDP) != 0 && !isUdpUsable) {
                continue;
            }
            result = calls.ioctl(descriptor, TunFlag.TUNSETOFFLOAD, mask);
            if (result >= 0) {
                return new TunOffload(deviceName, headerBytes, mask, capabilitiesOf(mask));
            }
            if (result != -Errno.EINVAL) {
                break;
            }
        }
        throw new NativeCallException("setting the offload of " + deviceName, -result);
    }

    private static TunCapabilities capabilitiesOf(int mask) {
        if ((mask & UDP) != 0) {
            return SEGMENTS_AND_DATAGRAMS;
        }
        if ((mask & TunFlag.TUN_F_TSO4) != 0) {
            return SEGMENTS;
        }
        return mask == TunFlag.TUN_F_CSUM ? CHECKSUMS : TunCapabilities.NONE;
    }

    /// Bytes of the virtio header before each packet, 0 for none.
    int headerBytes() {
        return headerBytes;
    }

    /// Whether the device may deliver super-segments.
    boolean deliversSuperSegments() {
        return (mask & TunFlag.TUN_F_TSO4) != 0;
    }

    /// What the device takes now.
    TunCapabilities capabilities() {
        return capabilities;
    }

    /// The kernel refused a UDP super-segment: there will be no more. Warns once.
    synchronized void refuseSuperDatagrams() {
        if (capabilities.udpSegmentation()) {
            capabilities = SEGMENTS;
            warn("UDP super-segments");
        }
    }

    /// The kernel refused a TCP super-segment: there will be none of any kind. Warns once.
    synchronized void refuseSuperSegments() {
        if (capabilities.tcpSegmentation()) {
            capabilities = CHECKSUMS;
            warn("super-segments");
        }
    }

    /// The kernel refused a partial checksum: there will be no more. Warns once.
    synchronized void refusePartialChecksums() {
        if (capabilities.partialChecksum()) {
            capabilities = TunCapabilities.NONE;
            warn("partial checksums");
        }
    }

    /// For the log.
    String description() {
        if (headerBytes == 0) {
            return "no offload";
        }
        if (mask == 0) {
            return "virtio headers, no offload";
        }
        if (mask == TunFlag.TUN_F_CSUM) {
            return "checksum offload";
        }
        String protocols = (mask & UDP) != 0 ? "TCP and UDP" : "TCP";
        String ecn = (mask & TunFlag.TUN_F_TSO_ECN) != 0 ? ", ECN" : "";
        return "checksum and " + protocols + " segmentation offload (IPv4, IPv6" + ecn + ")";
    }

    private void warn(String what) {
        LOG.log(
                System.Logger.Level.WARNING,
                "{0}: the kernel refuses {1} that it had agreed to; going on without",
                deviceName,
                what);
    }
}
