// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SimDatagramPort;
import io.socks5tunnel.sim.SocksDestination;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The UDP half of the simulated SOCKS5 server (RFC 1928 §7): takes the tunnel's datagrams, finds out whose they
/// are by destination and payload, and has the captured servers answer through the same association.
final class RecordedDatagrams {
    private static final int HEAD_BYTES = 3;
    private static final int MAX_WAITING = 4_096;

    private final BiFunction<InetAddress, SimDatagramPort.Listener, SimDatagramPort> binding;
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private final ArrayDeque<Answer> waiting = new ArrayDeque<>();
    private final Map<InetSocketAddress, Path> paths = new HashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // moved, never compared
    private record Sent(OtherFlow flow, byte[] payload) {}

    @SuppressWarnings("ArrayRecordComponent") // moved, never compared
    private record Answer(OtherFlow flow, byte[] payload) {}

    private record Path(SimDatagramPort port, InetSocketAddress tunnel) {}

    /// @param binding opens a port of an address
    RecordedDatagrams(BiFunction<InetAddress, SimDatagramPort.Listener, SimDatagramPort> binding) {
        this.binding = binding;
    }

    /// Opens the relay port of an association.
    SimDatagramPort associate(InetAddress address) {
        PortListener listener = new PortListener();
        SimDatagramPort port = binding.apply(address, listener);
        listener.port = port;
        return port;
    }

    /// A captured client's datagram goes into the tunnel.
    void onPlayed(OtherFlow flow, byte[] payload) {
        sent.add(new Sent(flow, payload));
        if (sent.size() > MAX_WAITING) {
            sent.remove();
        }
    }

    /// A captured server's datagram comes up. It waits until the client's association is known.
    void answer(OtherFlow flow, byte[] payload) {
        Path path = paths.get(flow.key().client());
        if (path != null) {
            send(path, flow, payload);
        } else {
            waiting.add(new Answer(flow, payload));
            if (waiting.size() > MAX_WAITING) {
                waiting.remove();
            }
        }
    }

    private final class PortListener implements SimDatagramPort.Listener {
        private @Nullable SimDatagramPort port;

        @Override
        public void onDatagram(InetSocketAddress source, byte[] datagram) {
            ByteBuffer in = ByteBuffer.wrap(datagram);
            int length = in.remaining() <= HEAD_BYTES ? 0 : SocksDestination.encodedLength(in, HEAD_BYTES, in.limit());
            if (port == null || length <= 0 || in.remaining() < HEAD_BYTES + length) {
                return;
            }
            SocksDestination destination = SocksDestination.read(in.slice(HEAD_BYTES, length));
            byte[] payload = Arrays.copyOfRange(datagram, HEAD_BYTES + length, datagram.length);
            OtherFlow flow = owner(destination, payload);
            if (flow != null) {
                flow.onUp(payload);
                paths.put(flow.key().client(), new Path(port, source));
                flush(flow.key().client());
            }
        }
    }

    private @Nullable OtherFlow owner(SocksDestination destination, byte[] payload) {
        Iterator<Sent> candidates = sent.iterator();
        while (candidates.hasNext()) {
            Sent candidate = candidates.next();
            InetSocketAddress server = candidate.flow.key().server();
            if (server.getAddress().equals(destination.address())
                    && server.getPort() == destination.port()
                    && Arrays.equals(candidate.payload, payload)) {
                candidates.remove();
                return candidate.flow;
            }
        }
        return null;
    }

    private void flush(InetSocketAddress client) {
        Iterator<Answer> answers = waiting.iterator();
        while (answers.hasNext()) {
            Answer answer = answers.next();
            Path path = paths.get(client);
            if (path != null && answer.flow.key().client().equals(client)) {
                answers.remove();
                send(path, answer.flow, answer.payload);
            }
        }
    }

    private static void send(Path path, OtherFlow flow, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + SocksDestination.MAX_BYTES + payload.length);
        out.putShort((short) 0).put((byte) 0);
        SocksDestination.write(out, flow.key().server());
        out.put(payload);
        path.port.send(path.tunnel, Arrays.copyOf(out.array(), out.position()));
    }
}
