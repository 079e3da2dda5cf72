// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetAddress;
import java.util.List;

/// How a [ScriptedSocksServer] treats datagrams.
///
/// @param associate what UDP ASSOCIATE is answered with
/// @param inTcp what hev's command 05, datagrams in the TCP connection, is answered with
/// @param bind what the reply to UDP ASSOCIATE says about where the relay is
/// @param service what is at the other end
public record SocksDatagramScript(Answer associate, Answer inTcp, Bind bind, Service service) {
    /// Both commands are granted, with an echo behind them.
    public static final SocksDatagramScript HONEST =
            new SocksDatagramScript(Answer.GRANTED, Answer.GRANTED, Bind.RELAY, Service.ECHO);

    /// How a request is answered. Servers were seen to answer the unknown command 05 in each of these ways.
    public enum Answer {
        /// With success.
        GRANTED,
        /// With REP 07, command not supported, and FIN.
        REFUSED,
        /// With the first two bytes of such a reply, and FIN.
        CUT_SHORT,
        /// With FIN.
        CLOSED,
        /// With RST.
        RESET,
        /// Not at all.
        SILENCE
    }

    /// The relay's address in the reply to UDP ASSOCIATE.
    public enum Bind {
        /// As it is.
        RELAY,
        /// 0.0.0.0 or ::, with the right port: the server's own address is meant.
        UNSPECIFIED,
        /// A name, `relay.example`, with the right port.
        NAME
    }

    /// What destinations do with datagrams.
    @FunctionalInterface
    public interface Service {
        /// Sends every datagram back. A name answers from 203.0.113.53.
        Service ECHO = (destination, payload) -> List.of(new Reply(
                destination.address() == null
                        ? new SocksDestination(InetAddress.ofLiteral("203.0.113.53"), "", destination.port())
                        : destination,
                payload));

        /// Takes a datagram.
        ///
        /// @return what comes back for it, in order
        List<Reply> onDatagram(SocksDestination destination, byte[] payload);
    }

    /// A datagram on its way to the client.
    ///
    /// @param source whom the server says it is from
    /// @param payload its bytes
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Reply(SocksDestination source, byte[] payload) {}

    /// The same with another answer to UDP ASSOCIATE.
    public SocksDatagramScript withAssociate(Answer answer) {
        return new SocksDatagramScript(answer, inTcp, bind, service);
    }

    /// The same with another answer to command 05.
    public SocksDatagramScript withInTcp(Answer answer) {
        return new SocksDatagramScript(associate, answer, bind, service);
    }

    /// The same with another address in the reply to UDP ASSOCIATE.
    public SocksDatagramScript withBind(Bind shown) {
        return new SocksDatagramScript(associate, inTcp, shown, service);
    }

    /// The same with something else at the other end.
    public SocksDatagramScript withService(Service other) {
        return new SocksDatagramScript(associate, inTcp, bind, other);
    }
}
