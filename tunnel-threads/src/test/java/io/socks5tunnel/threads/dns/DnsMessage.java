// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes queries and reads responses as a client would, with code of its own: what it understands, others will too.
public final class DnsMessage {
    public static final int A = 1;
    public static final int PTR = 12;
    public static final int TXT = 16;
    public static final int AAAA = 28;
    public static final int OPT = 41;
    public static final int HTTPS = 65;
    public static final int ANY = 255;

    public final int id;
    public final int flags;
    public final List<Question> questions = new ArrayList<>();
    public final List<ResourceRecord> answers = new ArrayList<>();
    public final List<ResourceRecord> additional = new ArrayList<>();
    public final int bytes;

    private final byte[] raw;
    private int at = 12;

    /// Reads a whole response; an exception means that it is malformed.
    public DnsMessage(byte[] raw) {
        this.raw = raw;
        id = number16(0);
        flags = number16(2);
        for (int i = 0; i < number16(4); i++) {
            String name = name();
            questions.add(new Question(name, next16(), next16()));
        }
        records(answers, number16(6));
        records(new ArrayList<>(), number16(8));
        records(additional, number16(10));
        bytes = at;
        if (at != raw.length) {
            throw new IllegalStateException((raw.length - at) + " bytes behind the end");
        }
    }

    public record Question(String name, int type, int recordClass) {}

    public record ResourceRecord(String name, int type, int recordClass, long ttl, byte[] data, String pointer) {
        public String address() {
            try {
                return java.net.InetAddress.getByAddress(data).getHostAddress();
            } catch (java.net.UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public int code() {
        return flags & 0xf;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public static byte[] query(String name, int type) {
        return query(7, 0x0100, name, type, 1);
    }

    public static byte[] query(int id, int flags, String name, int type, int recordClass) {
        return message(id, flags, 1, 0, question(name, type, recordClass));
    }

    /// A query with an OPT record.
    public static byte[] ednsQuery(String name, int type, int payload, int version, int flags, byte... options) {
        return message(7, 0x0100, 1, 1, question(name, type, 1), opt(payload, version, flags, options));
    }

    public static byte[] message(int id, int flags, int questions, int additional, byte[]... parts) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(12)
                .putShort((short) id)
                .putShort((short) flags)
                .putShort((short) questions)
                .putInt(0)
                .putShort((short) additional)
                .array());
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] question(String name, int type, int recordClass) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(wireName(name));
        out.writeBytes(new byte[] {(byte) (type >> 8), (byte) type, (byte) (recordClass >> 8), (byte) recordClass});
        return out.toByteArray();
    }

    public static byte[] opt(int payload, int version, int flags, byte... options) {
        return ByteBuffer.allocate(11 + options.length)
                .put((byte) 0)
                .putShort((short) OPT)
                .putShort((short) payload)
                .put((byte) 0)
                .put((byte) version)
                .putShort((short) flags)
                .putShort((short) options.length)
                .put(options)
                .array();
    }

    public static byte[] wireName(String name) {
        var out = new ByteArrayOutputStream();
        if (!name.isEmpty()) {
            for (String label : name.split("\\.", -1)) {
                byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
                out.write(bytes.length);
                out.writeBytes(bytes);
            }
        }
        out.write(0);
        return out.toByteArray();
    }

    private void records(List<ResourceRecord> into, int count) {
        for (int i = 0; i < count; i++) {
            String name = name();
            int type = next16();
            int recordClass = next16();
            long ttl = (long) next16() << 16 | next16();
            int length = next16();
            byte[] data = java.util.Arrays.copyOfRange(raw, at, at + length);
            int end = at + length;
            String pointer = type == PTR ? name() : "";
            if (type == PTR && at != end) {
                throw new IllegalStateException("PTR data ends at " + at + " and not at " + end);
            }
            at = end;
            into.add(new ResourceRecord(name, type, recordClass, ttl, data, pointer));
        }
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        int back = -1;
        for (int length = raw[at] & 0xff; length != 0; length = raw[at] & 0xff) {
            if (length >= 0xc0) {
                back = back < 0 ? at + 2 : back;
                at = (length & 0x3f) << 8 | raw[at + 1] & 0xff;
                continue;
            }
            name.append(name.isEmpty() ? "" : ".");
            name.append(new String(raw, at + 1, length, StandardCharsets.ISO_8859_1));
            at += 1 + length;
        }
        at = back < 0 ? at + 1 : back;
        return name.toString();
    }

    private int next16() {
        at += 2;
        return number16(at - 2);
    }

    private int number16(int offset) {
        return (raw[offset] & 0xff) << 8 | raw[offset + 1] & 0xff;
    }
}
