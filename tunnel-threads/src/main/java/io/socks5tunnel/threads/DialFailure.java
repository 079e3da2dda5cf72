// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.Refusal;

/// Why a dial came to nothing.
sealed interface DialFailure {
    /// How the client is told where refusals are exact.
    Refusal refusal();

    /// For the log.
    String reason();

    /// The configuration names no SOCKS server. It is started with, as the original does, and serves nobody.
    record NoServer() implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.HOST_UNREACHABLE;
        }

        @Override
        public String reason() {
            return "no SOCKS server is configured";
        }
    }

    /// The name of the SOCKS server could not be resolved.
    record ServerUnresolved(String host) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.HOST_UNREACHABLE;
        }

        @Override
        public String reason() {
            return "the name of the SOCKS server " + host + " was not found";
        }
    }

    /// No address of the SOCKS server took the connection; `cause` is what the last one said.
    record ServerUnreachable(String cause) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.HOST_UNREACHABLE;
        }

        @Override
        public String reason() {
            return "the SOCKS server cannot be reached: " + cause;
        }
    }

    /// The connect time-out passed before the server's last answer.
    record TimedOut() implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.HOST_UNREACHABLE;
        }

        @Override
        public String reason() {
            return "the SOCKS server did not answer in time";
        }
    }

    /// The connection ended or broke in the middle of the handshake.
    record ConnectionLost(String cause) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.RESET;
        }

        @Override
        public String reason() {
            return "the SOCKS server ended the handshake: " + cause;
        }
    }

    /// The server speaks something else.
    record WrongVersion(int version) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.RESET;
        }

        @Override
        public String reason() {
            return "the SOCKS server answered in version " + version;
        }
    }

    /// The server wants another way to authenticate; 255 means that it accepts none (RFC 1928 §3).
    record MethodRefused(int method) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.RESET;
        }

        @Override
        public String reason() {
            return "the SOCKS server wants authentication method " + method;
        }
    }

    /// The server did not like the credentials (RFC 1929 §2).
    record AuthenticationRefused(int status) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.RESET;
        }

        @Override
        public String reason() {
            return "the SOCKS server refused the credentials with status " + status;
        }
    }

    /// The server could not or would not connect.
    record RequestRefused(int code) implements DialFailure {
        @Override
        public Refusal refusal() {
            return SocksReply.of(code).refusal();
        }

        @Override
        public String reason() {
            return "the SOCKS server refused with REP " + code + " (" + SocksReply.of(code) + ")";
        }
    }

    /// The server's address is of a type that nobody knows, so that the end of its reply cannot be found.
    record UnknownAddressType(int type) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.RESET;
        }

        @Override
        public String reason() {
            return "the SOCKS server replied with the unknown address type " + type;
        }
    }

    /// The server has granted an association, but its relay cannot be used.
    record RelayUnusable(String cause) implements DialFailure {
        @Override
        public Refusal refusal() {
            return Refusal.HOST_UNREACHABLE;
        }

        @Override
        public String reason() {
            return "the SOCKS server's relay for datagrams cannot be used: " + cause;
        }
    }

    /// Whether the server may have answered like this because it does not know the command.
    default boolean mayMeanUnknownCommand() {
        return switch (this) {
            case RequestRefused _, ConnectionLost _, UnknownAddressType _, WrongVersion _ -> true;
            case NoServer _,
                    ServerUnresolved _,
                    ServerUnreachable _,
                    TimedOut _,
                    MethodRefused _,
                    AuthenticationRefused _,
                    RelayUnusable _ -> false;
        };
    }

    /// Whether a server that answers a request for datagrams like this relays none.
    default boolean meansNoDatagrams() {
        return mayMeanUnknownCommand() || this instanceof RelayUnusable;
    }

    /// How the client of a datagram is told.
    default DatagramRefusal datagramRefusal() {
        return switch (refusal()) {
            case RESET -> DatagramRefusal.PORT_UNREACHABLE;
            case ADMINISTRATIVELY_PROHIBITED -> DatagramRefusal.ADMINISTRATIVELY_PROHIBITED;
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, TIME_EXCEEDED, SILENCE -> DatagramRefusal.HOST_UNREACHABLE;
        };
    }
}
