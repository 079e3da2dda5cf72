// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import io.socks5tunnel.api.CpuList;
import java.io.IOException;
import java.net.InetSocketAddress;

/// What a shard waits in, and where everything impure comes from: readiness, time, sockets, names, entropy.
///
/// Confined to one shard but for [#wakeup()].
public interface Reactor extends AutoCloseable {
    /// "Never", for deadlines.
    long NO_DEADLINE = Long.MAX_VALUE;

    /// A clock that never goes back, ns from an arbitrary origin; differences are below 2^62.
    long nowNanos();

    /// Waits until something is ready, [#wakeup()] was called or `deadlineNanos` has come, then tells every handler
    /// concerned. A deadline that has passed means: tell what is ready and return at once. May return early.
    ///
    /// @param deadlineNanos on the scale of [#nowNanos()], or [#NO_DEADLINE]
    /// @throws IOException if waiting itself failed; the shard cannot go on
    void await(long deadlineNanos) throws IOException;

    /// Binds the calling thread, the shard's own, to these CPUs. Called at most once, before the first [#await],
    /// and only where a [plan][ReactorProvider#cpusByNode()] wants it; never in simulations. Threads that the
    /// calling one starts later, for looking up names, inherit it.
    ///
    /// @param cpus at least one, in any order
    /// @throws IOException if the system did not do it; the thread then runs where it did before
    default void runOn(CpuList cpus) throws IOException {
        throw new IOException("this reactor cannot choose CPUs");
    }

    /// Says whether so much comes at such short intervals that waking a little later, for more at once, is better
    /// than waking for each. At first it is not so. A hint: a reactor that cannot do anything with it does nothing.
    default void preferBatches(boolean isPreferred) {}

    /// Leaves to the collector what a busy time needed and nothing needs now. The shard has come to rest.
    default void discardSpares() {}

    /// Ends the present or the next [#await] early. From any thread; cheap when repeated.
    void wakeup();

    /// Tells `handler` whenever `queue` becomes readable.
    void watch(TunQueue queue, ReadyHandler handler) throws IOException;

    /// Opens a socket and starts to connect it; `handler` is told [ReadyHandler#WRITABLE] when that has ended.
    ///
    /// @throws IOException if it failed at once; no socket is left open then
    UpstreamSocket connect(InetSocketAddress address, UpstreamOptions options, ReadyHandler handler) throws IOException;

    /// Opens a UDP socket that is connected to `relay`; `handler` is told whenever it can be read, and when it can
    /// be written again after a send that would have blocked.
    ///
    /// @param receiveBufferBytes `SO_RCVBUF`, 0 leaves what the system gives
    /// @throws IOException if it failed, or this reactor has no datagram sockets; no socket is left open then
    default UpstreamDatagramSocket openDatagrams(
            InetSocketAddress relay, UpstreamOptions options, int receiveBufferBytes, ReadyHandler handler)
            throws IOException {
        throw new IOException("this reactor has no datagram sockets");
    }

    /// Looks a name up without blocking the shard. Tells `handler` exactly once, unless the reactor is closed
    /// first.
    void resolve(String hostName, NameHandler handler);

    /// How many descriptors the process may hold; flows that need several are limited by it.
    default long maxDescriptors() {
        return Long.MAX_VALUE;
    }

    /// Fills `bytes` with unpredictable bytes (in simulations: from the seed).
    void fillWithEntropy(byte[] bytes);

    /// Closes everything that is still watched.
    @Override
    void close();
}
