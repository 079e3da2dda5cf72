// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

/// How a flow ended in the replay.
public enum FlowEnd {
    /// Both sides sent FIN.
    CLOSED("closed"),
    /// Only one side sent FIN before the capture ended.
    HALF_CLOSED("half closed"),
    /// The client sent RST.
    RESET_BY_CLIENT("reset by client"),
    /// The captured server sent RST, and the tunnel passed it on.
    RESET_BY_SERVER("reset by server"),
    /// The tunnel itself gave up, for a time-out for example.
    RESET_BY_TUNNEL("reset by tunnel"),
    /// The captured server refused the connection, and the tunnel passed it on.
    REFUSED("refused"),
    /// Nobody answered the SYN.
    UNANSWERED("no answer"),
    /// There was nothing that could have opened a connection.
    NEVER_OPENED("never opened"),
    /// Nothing ended it before the capture did. Datagram flows always end so.
    OPEN("open");

    private final String text;

    FlowEnd(String text) {
        this.text = text;
    }

    /// Of a TCP connection that was begun, as its parts have seen it.
    static FlowEnd of(TcpStory story, ClientEnd client, StackSide stack, UpstreamSide upstream) {
        if (upstream.isRefused()) {
            return REFUSED;
        }
        if (!stack.hasIsn()) {
            return story.hasClientSyn() ? UNANSWERED : NEVER_OPENED;
        }
        if (upstream.hasReset()) {
            return RESET_BY_SERVER;
        }
        if (client.hasFin() && stack.hasFin()) {
            return CLOSED;
        }
        if (client.hasReset()) {
            return RESET_BY_CLIENT;
        }
        if (stack.hasReset()) {
            return RESET_BY_TUNNEL;
        }
        return client.hasFin() || stack.hasFin() ? HALF_CLOSED : OPEN;
    }

    /// In words, for a table.
    public String text() {
        return text;
    }
}
