// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import java.util.ArrayList;
import java.util.List;

/// All that can go wrong with a connection, from the SYN to the SOCKS server to the last byte relayed.
final class StreamFaults {
    private static final String METHOD = "0502 ";
    private static final String LOGIN = METHOD + "0100 ";
    private static final String GRANTED = LOGIN + "05000001c612010204d2";
    private static final String SERVED = GRANTED + "=";
    private static final int MORE_THAN_BUFFERS = 24_000_000;
    private static final String LETTERS_65 = "65".repeat(65);

    private StreamFaults() {}

    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        all.addAll(connect());
        all.addAll(method());
        all.addAll(login());
        all.addAll(request());
        all.addAll(bound());
        all.addAll(stream());
        return all;
    }

    private static List<Fault> connect() {
        return List.of(
                of(Step.CONNECT, "SYNs vanish", SERVED, Verdict.TIMED_OUT).behind("DROP"),
                of(Step.CONNECT, "RST", SERVED, Verdict.UNREACHABLE).behind("REJECT --reject-with tcp-reset"),
                of(Step.CONNECT, "ICMP host unreachable", SERVED, Verdict.UNREACHABLE)
                        .behind("REJECT --reject-with icmp-host-unreachable"),
                of(Step.CONNECT, "ICMP network unreachable", SERVED, Verdict.UNREACHABLE)
                        .behind("REJECT --reject-with icmp-net-unreachable"),
                of(Step.CONNECT, "ICMP administratively prohibited", SERVED, Verdict.UNREACHABLE)
                        .behind("REJECT --reject-with icmp-admin-prohibited"),
                of(Step.CONNECT, "accepts, never reads", "_", Verdict.TIMED_OUT));
    }

    private static List<Fault> method() {
        List<Fault> faults = common(Step.METHOD, "", "05", "02", ":0502 0100 05000001c612010204d2=");
        faults.addAll(List.of(
                refused(Step.METHOD, "wrong version 4", "0402."),
                refused(Step.METHOD, "wrong version 0, many zeros", "00".repeat(600) + "."),
                refused(Step.METHOD, "method that was not offered", "0501."),
                refused(Step.METHOD, "private method", "0580."),
                refused(Step.METHOD, "0xFF, stays open", "05ff."),
                refused(Step.METHOD, "0xFF, closes", "05ff/"),
                refused(Step.METHOD, "0xFF in every byte", "ffff."),
                refused(Step.METHOD, "the answer of an HTTP server", "485454502f312e3120343030."),
                refused(Step.METHOD, "garbage glued to it", "0502ffffffff."),
                of(Step.METHOD, "the next answer glued to it", "05020100  05000001c612010204d2=", Verdict.SERVED)));
        return faults;
    }

    private static List<Fault> login() {
        List<Fault> faults = common(Step.LOGIN, METHOD, "01", "00", METHOD + ":0100 05000001c612010204d2=");
        faults.addAll(List.of(
                refused(Step.LOGIN, "wrong version 5", METHOD + "0500."),
                refused(Step.LOGIN, "wrong version 0xFF", METHOD + "ffff."),
                refused(Step.LOGIN, "status 1", METHOD + "0101."),
                refused(Step.LOGIN, "status 0xFF, closes", METHOD + "01ff/"),
                refused(Step.LOGIN, "garbage glued to it", METHOD + "0100ffff."),
                of(Step.LOGIN, "the next answer glued to it", METHOD + "010005000001c612010204d2 =", Verdict.SERVED)));
        return faults;
    }

    private static List<Fault> request() {
        List<Fault> faults = common(Step.REQUEST, LOGIN, "05000001c6", "12010204d2", LOGIN + ":05000001c612010204d2=");
        faults.addAll(List.of(
                refused(Step.REQUEST, "wrong version 4 (granted by SOCKS4)", LOGIN + "045a04d2c6120102."),
                refused(Step.REQUEST, "REP 0xFF", LOGIN + "05ff0001000000000000."),
                refused(Step.REQUEST, "refusal of two bytes, stays open", LOGIN + "0501."),
                of(Step.REQUEST, "RSV 0xFF", LOGIN + "0500ff01c612010204d2=", Verdict.SERVED),
                refused(Step.REQUEST, "ATYP 0", LOGIN + "05000000c612010204d2."),
                refused(Step.REQUEST, "ATYP 2", LOGIN + "05000002c612010204d2."),
                refused(Step.REQUEST, "ATYP 0xFF", LOGIN + "050000ffc612010204d2."),
                of(Step.REQUEST, "ATYP 4 with an IPv4 address", LOGIN + "05000004c612010204d2.", Verdict.TIMED_OUT),
                of(Step.REQUEST, "name shorter than its length", LOGIN + "05000003ff616204d2.", Verdict.TIMED_OUT),
                refused(Step.REQUEST, "name shorter than its length, closes", LOGIN + "05000003ff616204d2/"),
                refused(Step.REQUEST, "0xFF in every byte", LOGIN + "ff".repeat(10) + "."),
                of(Step.REQUEST, "five bytes glued to it", GRANTED + "68656c6c6f=", Verdict.of("68656c6c6f+ECHO,END")),
                of(
                        Step.REQUEST,
                        "16 KiB glued to it",
                        GRANTED + "ab".repeat(16_384) + "=",
                        Verdict.of("ab".repeat(16) + "-and-16384-bytes-in-all+ECHO,END"))));
        return faults;
    }

    /// What a server says of itself in its reply does not matter to a stream.
    private static List<Fault> bound() {
        return List.of(
                served("BND IPv6", "05000004fc00001800000000000000000000000204d2"),
                served("BND a name", "0500000309612e6578616d706c6504d2"),
                served("BND a name of 255 bytes", "05000003ff" + LETTERS_65 + "61".repeat(190) + "04d2"),
                served("BND a name of no bytes", "050000030004d2"),
                served("BND a name that is none", "050000030300ff0a04d2"),
                served("BND 0.0.0.0, port 0", "05000001000000000000"),
                served("BND [::], port 0", "05000004" + "00".repeat(18)),
                served("BND 255.255.255.255", "05000001ffffffff04d2"));
    }

    private static List<Fault> stream() {
        return List.of(
                of(Step.STREAM, "success, then nothing", GRANTED + ".", Verdict.RESET_FOR_IDLENESS),
                of(Step.STREAM, "success, then never reads", GRANTED + "_", Verdict.RESET_FOR_IDLENESS)
                        .sending(MORE_THAN_BUFFERS),
                of(Step.STREAM, "one byte per second", GRANTED + " ~6869/", new Verdict("6869,END", "", 1_900))
                        .sending(1),
                of(Step.STREAM, "closes at once", GRANTED + "/", Verdict.of("NOTHING,END")),
                of(Step.STREAM, "resets after the first byte", GRANTED + " !", Verdict.of("NOTHING,ECONNRESET")),
                of(Step.STREAM, "answers and closes", GRANTED + " 68656c6c6f/", Verdict.of("68656c6c6f,END"))
                        .sending(1),
                of(Step.STREAM, "garbage without end", GRANTED + "*", Verdict.of("GARBAGE,ENOUGH")),
                of(
                                Step.STREAM,
                                "a byte in each segment",
                                GRANTED + " :68656c6c6f776f726c64/",
                                Verdict.of("68656c6c6f776f726c64,END"))
                        .sending(1));
    }

    /// Faults that every answer of a server can have.
    ///
    /// @param before what it said before
    /// @param half of the answer
    /// @param rest of it
    /// @param split the whole conversation with this answer in single bytes
    private static List<Fault> common(Step step, String before, String half, String rest, String split) {
        return new ArrayList<>(List.of(
                of(step, "silent", before + ".", Verdict.TIMED_OUT),
                of(step, "silent in the middle", before + half + ".", Verdict.TIMED_OUT),
                of(step, "one byte per second", before + "~" + half + rest + "=", Verdict.TIMED_OUT),
                of(step, "never reads again", before + half + "_", Verdict.TIMED_OUT),
                of(step, "split at every byte", split, Verdict.SERVED),
                refused(step, "closes", before + "/"),
                refused(step, "closes in the middle", before + half + "/"),
                refused(step, "resets", before + "!"),
                refused(step, "resets in the middle", before + half + "!"),
                refused(step, "garbage without end", before + "*")));
    }

    private static Fault of(Step step, String failure, String script, Verdict verdict) {
        return Fault.ofStream(step, failure, script, verdict);
    }

    private static Fault refused(Step step, String failure, String script) {
        return of(step, failure, script, Verdict.REFUSED);
    }

    private static Fault served(String failure, String reply) {
        return of(Step.REQUEST, failure, LOGIN + reply + "=", Verdict.SERVED);
    }
}
