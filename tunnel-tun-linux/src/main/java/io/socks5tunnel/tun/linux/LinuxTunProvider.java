// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunProvider;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Opens TUN devices of Linux, with super-segments and one queue per shard where the kernel has them.
public final class LinuxTunProvider implements TunProvider {
    /// Packets that may wait in the kernel per queue; its default is 500.
    private static final int QUEUE_LENGTH_PACKETS = 4096;

    private final DeviceCalls calls;

    /// For [java.util.ServiceLoader].
    public LinuxTunProvider() {
        this(DeviceCalls.ofSystem());
    }

    LinuxTunProvider(DeviceCalls calls) {
        this.calls = calls;
    }

    @Override
    public boolean supports(TunRequest request) {
        // The kernel takes no colon in a name: such names, like `sim:…`, are for other providers, which may come
        // later.
        return LinuxSystem.isSupported() && request.settings().name().indexOf(':') < 0;
    }

    @Override
    public TunDevice open(TunRequest request) throws IOException {
        TunSettings settings = request.settings();
        TunOpener opener = new TunOpener(calls);
        boolean isGiven = request.isGiven();
        TunAttachment attachment =
                isGiven ? opener.adopt(request.descriptors(), settings) : opener.open(settings, request.queues());
        try {
            return isGiven ? given(attachment, settings) : configured(attachment, settings, request.queues());
        } catch (IOException e) {
            attachment.close(calls);
            throw e;
        }
    }

    /// A given device is not configured, its scripts are not run, and it may not even be visible from here: it may
    /// live in another namespace.
    private LinuxTun given(TunAttachment attachment, TunSettings settings) {
        List<Integer> descriptors = attachment.descriptors();
        String queues = descriptors.size() == 1
                ? "file descriptor " + descriptors.getFirst() + " as it was given"
                : descriptors.size() + " queues as they were given";
        String description = attachment.name() + ": " + queues + ", MTU " + settings.mtuBytes() + ", "
                + attachment.offload().description();
        return new LinuxTun(
                calls,
                attachment,
                indexOrNone(attachment.name()),
                settings.mtuBytes(),
                description,
                new InterfaceScript("pre-down", Optional.empty()));
    }

    private int indexOrNone(String name) {
        try (InterfaceSettings device = new InterfaceSettings(calls, name)) {
            return device.index();
        } catch (IOException e) {
            return 0;
        }
    }

    private LinuxTun configured(TunAttachment attachment, TunSettings settings, int wantedQueues) throws IOException {
        try (InterfaceSettings device = new InterfaceSettings(calls, attachment.name())) {
            boolean hasLongQueue = device.tryQueueLength(QUEUE_LENGTH_PACKETS);
            device.mtuBytes(settings.mtuBytes());
            if (settings.ipv4().isPresent()) {
                device.ipv4(settings.ipv4().get());
            }
            if (settings.ipv6().isPresent()) {
                device.ipv6(settings.ipv6().get());
            }
            device.up();
            int index = device.index();
            var tun = new LinuxTun(
                    calls,
                    attachment,
                    index,
                    settings.mtuBytes(),
                    describe(attachment, settings, wantedQueues, hasLongQueue),
                    new InterfaceScript("pre-down", settings.preDownScript()));
            new InterfaceScript("post-up", settings.postUpScript()).start(attachment.name(), index);
            return tun;
        }
    }

    private static String describe(
            TunAttachment attachment, TunSettings settings, int wantedQueues, boolean hasLongQueue) {
        int queues = attachment.descriptors().size();
        StringBuilder line = new StringBuilder(attachment.name())
                .append(": MTU ")
                .append(settings.mtuBytes())
                .append(", ")
                .append(queues)
                .append(queues == 1 ? " queue" : " queues");
        if (queues < wantedQueues) {
            line.append(" of ").append(wantedQueues).append(" wanted");
        }
        if (hasLongQueue) {
            line.append(", up to ").append(QUEUE_LENGTH_PACKETS).append(" packets waiting");
        }
        line.append(", ").append(attachment.offload().description());
        if (settings.offload() == TunSettings.Offload.OFF) {
            line.append(" (switched off)");
        }
        return line.toString();
    }
}
