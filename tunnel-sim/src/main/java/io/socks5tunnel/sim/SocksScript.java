// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.Socks5Settings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a [ScriptedSocksServer] behaves towards one connection.
///
/// @param credentials what the client must show, or nothing
/// @param reply what the request is answered with
/// @param answerNanos how long the server thinks before each answer
/// @param isByteByByte answers are sent one byte at a time, with `answerNanos` between them
/// @param isGlued the first bytes of the destination come in one piece with the reply
/// @param bindType ATYP of the address in the reply: see [SocksDestination]
/// @param fault what goes wrong, or nothing
/// @param destination what is at the other end of a granted request
/// @param datagrams how requests for datagrams are treated
public record SocksScript(
        Optional<Socks5Settings.Credentials> credentials,
        SocksReply reply,
        long answerNanos,
        boolean isByteByByte,
        boolean isGlued,
        int bindType,
        @Nullable Fault fault,
        Destination destination,
        SocksDatagramScript datagrams) {
    /// A server that does what it should, with an echo behind it.
    public static final SocksScript HONEST = new SocksScript(
            Optional.empty(),
            SocksReply.SUCCEEDED,
            0,
            false,
            false,
            SocksDestination.IPV4,
            null,
            new Destination.Echo(),
            SocksDatagramScript.HONEST);

    /// Before which answer something goes wrong.
    public enum Step {
        /// When the connection is accepted.
        ACCEPT,
        /// Instead of choosing a method.
        METHOD,
        /// Instead of judging the credentials.
        CREDENTIALS,
        /// Instead of the reply to the request.
        REPLY,
        /// After the reply.
        RELAY
    }

    /// What goes wrong there.
    public enum FaultKind {
        /// Nothing is answered any more.
        SILENCE,
        /// The connection ends with FIN.
        CLOSE,
        /// The connection ends with RST.
        RESET,
        /// Nonsense is answered.
        GARBAGE
    }

    /// One thing that goes wrong.
    ///
    /// @param step where
    /// @param kind what
    public record Fault(Step step, FaultKind kind) {}

    /// What is at the other end.
    public sealed interface Destination {
        /// Sends back what it gets, and FIN after the client's FIN.
        record Echo() implements Destination {}

        /// Takes `length` bytes and compares them with the content, then sends FIN.
        ///
        /// @param content what should come
        /// @param length how much of it, or less if the client ends before
        record Sink(SeededContent content, long length) implements Destination {}

        /// Sends `length` bytes of the content and then FIN, and compares what comes with another one.
        ///
        /// @param content what is sent
        /// @param length how much of it
        /// @param expected what should come meanwhile
        record Source(SeededContent content, long length, SeededContent expected) implements Destination {}

        /// Whatever `handler` makes of it: a granted connection is handed over to it.
        record Handled(Handler handler) implements Destination {}
    }

    /// Takes over connections whose request was granted.
    public interface Handler {
        /// The reply is on its way; what follows is the destination's affair.
        ///
        /// @param requested where the client wants to go
        /// @param connection the server's end; set a listener of one's own
        /// @param early payload that the client sent before it had the reply
        void onGranted(SocksDestination requested, SimConnection connection, byte[] early);
    }

    /// The same with another reply.
    public SocksScript withReply(SocksReply other) {
        return new SocksScript(
                credentials, other, answerNanos, isByteByByte, isGlued, bindType, fault, destination, datagrams);
    }

    /// The same with credentials to be shown.
    public SocksScript withCredentials(String username, String password) {
        Socks5Settings.Credentials wanted = new Socks5Settings.Credentials(username, password);
        return new SocksScript(
                Optional.of(wanted),
                reply,
                answerNanos,
                isByteByByte,
                isGlued,
                bindType,
                fault,
                destination,
                datagrams);
    }

    /// The same, slower or in single bytes.
    public SocksScript withPace(long nanos, boolean byteByByte) {
        return new SocksScript(credentials, reply, nanos, byteByByte, isGlued, bindType, fault, destination, datagrams);
    }

    /// The same, the destination's first bytes glued to the reply, and this ATYP in the reply.
    public SocksScript withReplyShape(boolean glued, int atyp) {
        return new SocksScript(
                credentials, reply, answerNanos, isByteByByte, glued, atyp, fault, destination, datagrams);
    }

    /// The same, but something goes wrong.
    public SocksScript withFault(Step step, FaultKind kind) {
        return new SocksScript(
                credentials,
                reply,
                answerNanos,
                isByteByByte,
                isGlued,
                bindType,
                new Fault(step, kind),
                destination,
                datagrams);
    }

    /// The same with another destination.
    public SocksScript withDestination(Destination other) {
        return new SocksScript(
                credentials, reply, answerNanos, isByteByByte, isGlued, bindType, fault, other, datagrams);
    }

    /// The same with datagrams treated in another way.
    public SocksScript withDatagrams(SocksDatagramScript other) {
        return new SocksScript(
                credentials, reply, answerNanos, isByteByByte, isGlued, bindType, fault, destination, other);
    }
}
