// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The datagram side of one [ScriptedSocksSession], after its request was granted: a relay port (RFC 1928 §7) or
/// frames in the TCP connection (hev's command 05). Written independently of the product's codecs.
///
/// ```
///  relay port:  | RSV 2 = 0 | FRAG 1 = 0 | ATYP, ADDR, PORT | DATA |
///  in TCP:      | DATA LENGTH 2 | HEADER LENGTH 1 | ATYP, ADDR, PORT | DATA |
/// ```
///
/// Confined to one thread.
public final class ScriptedDatagrams implements SimDatagramPort.Listener {
    private static final int PREFIX_BYTES = 3;

    private final SimConnection connection;
    private final SocksDatagramScript script;
    private final @Nullable SimDatagramPort port;
    private final ByteArrayOutputStream incoming = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private @Nullable InetSocketAddress client;
    private long received;
    private long malformed;

    private ScriptedDatagrams(SimConnection connection, SocksDatagramScript script, @Nullable SimNetwork network) {
        this.connection = connection;
        this.script = script;
        port = network == null ? null : network.bind(connection.local().getAddress(), this);
    }

    /// A relay port at the address that the client has connected to.
    static ScriptedDatagrams atPort(SimConnection connection, SocksDatagramScript script, SimNetwork network) {
        return new ScriptedDatagrams(connection, script, network);
    }

    /// Frames in the connection.
    static ScriptedDatagrams inTcp(SimConnection connection, SocksDatagramScript script) {
        return new ScriptedDatagrams(connection, script, null);
    }

    /// The relay port, for tests that send nonsense from it; null if the datagrams come in the TCP connection.
    public @Nullable SimDatagramPort port() {
        return port;
    }

    /// The client's UDP address, null before its first datagram.
    public @Nullable InetSocketAddress client() {
        return client;
    }

    /// Datagrams that came from the client and were in order.
    public long received() {
        return received;
    }

    /// Datagrams or frames that were not.
    public long malformed() {
        return malformed;
    }

    /// Where the reply says that the relay is.
    SocksDestination bindAddress() {
        if (port == null) {
            return new SocksDestination(connection.local().getAddress(), "", 0);
        }
        InetSocketAddress local = port.local();
        boolean isIpv4 = local.getAddress().getAddress().length == 4;
        return switch (script.bind()) {
            case RELAY -> new SocksDestination(local.getAddress(), "", local.getPort());
            case UNSPECIFIED ->
                new SocksDestination(InetAddress.ofLiteral(isIpv4 ? "0.0.0.0" : "::"), "", local.getPort());
            case NAME -> new SocksDestination(null, "relay.example", local.getPort());
        };
    }

    /// A datagram at the relay port. It takes them from the client's host only.
    @Override
    public void onDatagram(InetSocketAddress source, byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        boolean isOurs = source.getAddress().equals(connection.remote().getAddress());
        boolean isPlain = payload.length > PREFIX_BYTES && in.getShort() == 0 && in.get() == 0;
        if (!isOurs || !isPlain || !isWhole(in)) {
            malformed++;
            return;
        }
        client = source;
        serve(in);
    }

    /// Bytes from the connection.
    void onBytes(byte[] bytes) throws IOException {
        if (port != null) {
            return;
        }
        incoming.writeBytes(bytes);
        ByteBuffer in = ByteBuffer.wrap(incoming.toByteArray());
        int frameLength = frameLength(in);
        while (frameLength > 0 && in.remaining() >= frameLength) {
            ByteBuffer frame = in.slice(in.position() + PREFIX_BYTES, frameLength - PREFIX_BYTES);
            in.position(in.position() + frameLength);
            serve(frame);
            frameLength = frameLength(in);
        }
        if (frameLength < 0) {
            malformed++;
            connection.reset();
            return;
        }
        incoming.reset();
        incoming.write(in.array(), in.position(), in.remaining());
        flush();
    }

    /// Sends frames that found no room before.
    void flush() throws IOException {
        while (!outgoing.isEmpty()) {
            byte[] head = outgoing.remove();
            int count = connection.write(head, 0, head.length);
            if (count < head.length) {
                outgoing.addFirst(Arrays.copyOfRange(head, count, head.length));
                return;
            }
        }
    }

    /// Ends with the TCP connection.
    void close() {
        if (port != null) {
            port.close();
        }
    }

    /// The length of the frame at the buffer's position, 0 if too little of it is there to tell, -1 if it is none.
    private static int frameLength(ByteBuffer in) {
        if (in.remaining() < PREFIX_BYTES) {
            return 0;
        }
        int headerLength = Byte.toUnsignedInt(in.get(in.position() + 2));
        int encoded = SocksDestination.encodedLength(in, in.position() + PREFIX_BYTES, in.limit());
        if (encoded == 0) {
            return 0;
        }
        boolean isSound = headerLength == PREFIX_BYTES + encoded;
        return isSound ? headerLength + Short.toUnsignedInt(in.getShort(in.position())) : -1;
    }

    private static boolean isWhole(ByteBuffer in) {
        int length = SocksDestination.encodedLength(in, in.position(), in.limit());
        return length > 0 && in.remaining() >= length;
    }

    private void serve(ByteBuffer in) {
        received++;
        SocksDestination destination = SocksDestination.read(in);
        byte[] data = new byte[in.remaining()];
        in.get(data);
        for (SocksDatagramScript.Reply reply : script.service().onDatagram(destination, data)) {
            answer(reply);
        }
    }

    /// Sends something to the client, asked or not.
    public void answer(SocksDatagramScript.Reply reply) {
        ByteBuffer out = ByteBuffer.allocate(PREFIX_BYTES + SocksDestination.MAX_BYTES + reply.payload().length);
        out.position(PREFIX_BYTES);
        reply.source().write(out);
        int headerLength = out.position();
        out.put(reply.payload());
        InetSocketAddress to = client;
        if (port == null) {
            out.putShort(0, (short) reply.payload().length).put(2, (byte) headerLength);
            outgoing.add(Arrays.copyOf(out.array(), out.position()));
        } else if (to != null) {
            port.send(to, Arrays.copyOf(out.array(), out.position()));
        }
    }
}
