// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// One connection of the [AnsweringProxy]: bytes that came, and bytes to answer.
final class ProxySession {
    private static final int IPV4_REQUEST_BYTES = 10;
    private static final int CONNECT = 1;
    private static final int ASSOCIATE = 3;
    private static final int IPV4 = 1;

    private enum Phase {
        GREETING,
        REQUEST,
        EXCHANGE,
        ASSOCIATED,
        OVER
    }

    private final InetSocketAddress relay;
    private final ByteBuffer input = ByteBuffer.allocate(512);
    private final ByteBuffer output = ByteBuffer.allocate(512);
    private Phase phase = Phase.GREETING;

    /// @param relay where associations send their datagrams
    ProxySession(InetSocketAddress relay) {
        this.relay = relay;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    /// Takes what came.
    ///
    /// @return what to answer, valid until the next call
    ByteBuffer answer(ByteBuffer received) throws IOException {
        if (received.remaining() > input.remaining()) {
            throw new IOException("more than anybody here would send");
        }
        input.put(received).flip();
        output.clear();
        while (hasStepped()) {
            // as long as something is whole
        }
        input.compact();
        return output.flip();
    }

    private boolean hasStepped() throws IOException {
        int available = input.remaining();
        int at = input.position();
        return switch (phase) {
            case GREETING -> available >= 2 && available >= 2 + input.get(at + 1) && greet();
            case REQUEST -> available >= IPV4_REQUEST_BYTES && open();
            case EXCHANGE -> available >= Exchange.REQUEST_BYTES && reply();
            case ASSOCIATED, OVER -> false;
        };
    }

    private boolean greet() {
        input.position(input.position() + 2 + input.get(input.position() + 1));
        output.put((byte) 5).put((byte) 0);
        phase = Phase.REQUEST;
        return true;
    }

    private boolean open() throws IOException {
        int at = input.position();
        int command = input.get(at + 1);
        if (input.get(at + 3) != IPV4 || command != CONNECT && command != ASSOCIATE) {
            throw new IOException("not served");
        }
        input.position(at + IPV4_REQUEST_BYTES);
        output.put((byte) 5).put((byte) 0).put((byte) 0).put((byte) IPV4);
        output.put(relay.getAddress().getAddress()).putShort((short) relay.getPort());
        phase = command == CONNECT ? Phase.EXCHANGE : Phase.ASSOCIATED;
        return true;
    }

    private boolean reply() {
        int at = input.position();
        if (input.get(at) == Exchange.LAST) {
            phase = Phase.OVER;
        }
        output.put(input.slice(at, Exchange.REQUEST_BYTES));
        input.position(at + Exchange.REQUEST_BYTES);
        return true;
    }
}
