// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A DNS message with one question and at most one record, as clients and resolvers of a simulation need it (RFC
/// 1035 §4.1). Written apart from the product's codec.
///
/// ```
/// | id 2 | flags 2 | QDCOUNT 2 | ANCOUNT 2 | NSCOUNT 2 | ARCOUNT 2 | name, type 2, class 2 | record |
/// ```
///
/// @param id 0 to 65535
/// @param isReply whether it is an answer
/// @param code the response code, 0 to 15
/// @param name what is asked about, as it was written
/// @param type what is asked for
/// @param address the address in the answer, or null
/// @param pointer the name in the answer, or null
record NameMessage(
        int id,
        boolean isReply,
        int code,
        String name,
        int type,
        @Nullable InetAddress address,
        @Nullable String pointer) {
    static final int A = 1;
    static final int PTR = 12;
    static final int AAAA = 28;
    static final int HTTPS = 65;

    private static final int CLASS_IN = 1;
    private static final int REPLY_FLAG = 0x8000;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int CODE_MASK = 0xf;
    private static final int TO_NAME = 0xc00c;
    private static final int POINTER = 0xc0;
    private static final int MAX_POINTERS = 8;
    private static final int TTL_SECONDS = 60;

    /// A query.
    static NameMessage query(int id, String name, int type) {
        return new NameMessage(id, false, 0, name, type, null, null);
    }

    /// The answer to this query, with an address.
    NameMessage answeredWith(InetAddress found) {
        return new NameMessage(id, true, 0, name, type, found, null);
    }

    /// Whether this is the answer to that very query.
    boolean answers(NameMessage query) {
        return isReply && id == query.id && type == query.type && name.equals(query.name);
    }

    /// As bytes.
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        putShort(out, id);
        putShort(out, RECURSION_DESIRED | (isReply ? REPLY_FLAG | RECURSION_AVAILABLE | code : 0));
        putShort(out, 1);
        putShort(out, address == null ? 0 : 1);
        putShort(out, 0);
        putShort(out, 0);
        for (String label : name.split("\\.", -1)) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        putShort(out, type);
        putShort(out, CLASS_IN);
        if (address != null) {
            byte[] raw = address.getAddress();
            putShort(out, TO_NAME);
            putShort(out, type);
            putShort(out, CLASS_IN);
            putShort(out, 0);
            putShort(out, TTL_SECONDS);
            putShort(out, raw.length);
            out.writeBytes(raw);
        }
        return out.toByteArray();
    }

    /// As bytes behind their number, for TCP (RFC 1035 §4.2.2).
    byte[] frame() {
        byte[] message = bytes();
        return ByteBuffer.allocate(Short.BYTES + message.length)
                .putShort((short) message.length)
                .put(message)
                .array();
    }

    /// Reads a message.
    ///
    /// @return null if it is none, or has another form
    static @Nullable NameMessage parse(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            int id = Short.toUnsignedInt(in.getShort());
            int flags = Short.toUnsignedInt(in.getShort());
            int questions = in.getShort();
            int records = in.getShort();
            in.position(in.position() + 2 * Short.BYTES);
            String name = name(in);
            int type = Short.toUnsignedInt(in.getShort());
            in.getShort();
            boolean isReply = (flags & REPLY_FLAG) != 0;
            NameMessage question = new NameMessage(id, isReply, flags & CODE_MASK, name, type, null, null);
            if (questions != 1 || records > 1) {
                return null;
            }
            return records == 0 ? question : question.withRecord(in);
        } catch (BufferUnderflowException | IllegalArgumentException | UnknownHostException e) {
            return null;
        }
    }

    private @Nullable NameMessage withRecord(ByteBuffer in) throws UnknownHostException {
        String owner = name(in);
        int recordType = Short.toUnsignedInt(in.getShort());
        in.getShort();
        in.getInt();
        int length = Short.toUnsignedInt(in.getShort());
        if (!owner.equals(name) || recordType != type) {
            return null;
        }
        if (type == PTR) {
            return new NameMessage(id, isReply, code, name, type, null, name(in));
        }
        byte[] raw = new byte[length];
        in.get(raw);
        return new NameMessage(id, isReply, code, name, type, InetAddress.getByAddress(raw), null);
    }

    private static String name(ByteBuffer in) {
        StringBuilder text = new StringBuilder();
        int end = -1;
        int pointers = 0;
        int length = Byte.toUnsignedInt(in.get());
        while (length != 0) {
            if (length >= POINTER) {
                int target = (length & ~POINTER) << Byte.SIZE | Byte.toUnsignedInt(in.get());
                end = end < 0 ? in.position() : end;
                if (++pointers > MAX_POINTERS) {
                    throw new IllegalArgumentException("a loop of pointers");
                }
                in.position(target);
            } else {
                byte[] label = new byte[length];
                in.get(label);
                text.append(text.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
            }
            length = Byte.toUnsignedInt(in.get());
        }
        if (end >= 0) {
            in.position(end);
        }
        return text.toString();
    }

    private static void putShort(ByteArrayOutputStream out, int value) {
        out.write(value >>> Byte.SIZE);
        out.write(value);
    }
}
