// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

/// The calls a reactor waits with. Each returns the kernel's answer, or an [Errno] negated. Confined to one thread.
public interface EpollCalls {
    /// No time-out.
    long FOR_EVER = -1;

    /// The calls of this system.
    static EpollCalls ofSystem() {
        return new ForeignEpollCalls();
    }

    /// `epoll_create1(2)`, closed on exec.
    int createEpoll();

    /// `eventfd(2)`, non-blocking, closed on exec.
    int createEvent();

    /// `epoll_ctl(2)` with `EPOLL_CTL_ADD`.
    ///
    /// @param event address of a `struct epoll_event`
    int add(int epoll, int descriptor, long event);

    /// `epoll_ctl(2)` with `EPOLL_CTL_MOD`.
    ///
    /// @param event address of a `struct epoll_event`
    int change(int epoll, int descriptor, long event);

    /// Waits for events.
    ///
    /// @param events address of room for `maxEvents` of `struct epoll_event`
    /// @param timeoutNanos how long at most, 0 or more, or [#FOR_EVER]
    /// @return how many events came, 0 if none came in time
    int await(int epoll, long events, int maxEvents, long timeoutNanos);

    /// Adds 1 to the counter of an event descriptor.
    int signal(int event);

    /// `close(2)`.
    int close(int descriptor);
}
