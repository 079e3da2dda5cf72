// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/// All that can go wrong with datagrams, by either way that they travel.
final class DatagramFaults {
    private static final String LOGIN = "0502 0100 ";
    private static final String RELAY = LOGIN + "05000001c6120102pppp";
    private static final String FRAMES = LOGIN + "05000001c612010204d2";
    /// Five bytes from the destination itself.
    private static final String FRAME = "0005" + "0a" + "01c61300010050" + "68656c6c6f";
    private static final String FOREIGN_FRAME = FRAME.replace("c6130001", "c6130002");
    private static final int TRIES = 6;

    private DatagramFaults() {}

    /// Those of UDP ASSOCIATE.
    ///
    /// @param sources how many there are at once
    static List<Fault> association(int sources) {
        List<Fault> all = new ArrayList<>(replies(Step.ASSOCIATION, LOGIN));
        all.addAll(relayAddresses());
        all.addAll(List.of(
                of(Step.RELAY, "never answers", RELAY + ".", Verdict.LOST),
                of(Step.RELAY, "nobody at its port", RELAY + "-", Verdict.LOST),
                of(Step.RELAY, "vanishes with its connection", RELAY + "^", Verdict.LOST),
                of(
                                Step.RELAY,
                                "vanishes, and a new one is granted",
                                again(RELAY + "^", RELAY + "=", sources),
                                Verdict.ANSWERED)
                        .trying(TRIES),
                of(Step.RELAY, "wrong datagrams before each right one", RELAY + "?", Verdict.ANSWERED),
                of(Step.RELAY, "its connection closes at once", RELAY + "/", Verdict.LOST),
                of(Step.RELAY, "its connection resets at once", RELAY + "!", Verdict.LOST),
                of(Step.RELAY, "garbage without end on its connection", RELAY + "*", Verdict.LOST),
                of(Step.RELAY, "its connection is never read", RELAY + "_", Verdict.LOST)));
        return all;
    }

    /// Those of UDP-in-TCP.
    ///
    /// @param sources how many there are at once
    static List<Fault> frames(int sources) {
        List<Fault> all = new ArrayList<>(replies(Step.FRAMES, LOGIN));
        all.addAll(List.of(
                of(Step.FRAMES, "then nothing", FRAMES + ".", Verdict.LOST),
                of(Step.FRAMES, "then never reads", FRAMES + "_", Verdict.LOST),
                of(Step.FRAMES, "then closes", FRAMES + "/", Verdict.LOST),
                of(Step.FRAMES, "then resets", FRAMES + " !", Verdict.LOST),
                of(Step.FRAMES, "then garbage without end", FRAMES + "*", Verdict.LOST),
                of(
                                Step.FRAMES,
                                "closes, and a new one is granted",
                                again(FRAMES + " /", FRAMES + "=", sources),
                                Verdict.ANSWERED)
                        .trying(TRIES),
                of(Step.FRAMES, "a frame glued to it", FRAMES + FRAME + "=", Verdict.TOLD_TWICE),
                of(Step.FRAMES, "a frame of somebody else glued to it", FRAMES + FOREIGN_FRAME + "=", Verdict.ANSWERED),
                of(Step.FRAMES, "header length 0", FRAMES + "000500" + FRAME.substring(6) + "=", Verdict.LOST),
                of(Step.FRAMES, "header length 4", FRAMES + "000504" + FRAME.substring(6) + "=", Verdict.LOST),
                of(
                        Step.FRAMES,
                        "header length that the address does not have",
                        FRAMES + "00050b" + FRAME.substring(6) + "00=",
                        Verdict.ANSWERED),
                of(Step.FRAMES, "ATYP 9", FRAMES + "00050a09" + FRAME.substring(8) + "=", Verdict.ANSWERED),
                of(Step.FRAMES, "half a frame, then closes", FRAMES + FRAME.substring(0, 16) + "/", Verdict.LOST),
                of(Step.FRAMES, "half a frame, then nothing", FRAMES + FRAME.substring(0, 16) + ".", Verdict.LOST)));
        return all;
    }

    private static List<Fault> replies(Step step, String before) {
        return List.of(
                of(step, "silent", before + ".", Verdict.NO_HOST_IN_TIME),
                of(step, "silent in the middle", before + "05000001c6.", Verdict.NO_HOST_IN_TIME),
                of(step, "one byte per second", before + "~05000001c612010204d2=", Verdict.NO_HOST_IN_TIME),
                of(step, "never reads again", before + "05000001c6_", Verdict.NO_HOST_IN_TIME),
                of(step, "closes", before + "/", Verdict.NO_PORT),
                of(step, "closes in the middle", before + "05000001c6/", Verdict.NO_PORT),
                of(step, "resets", before + "!", Verdict.NO_PORT),
                of(step, "resets in the middle", before + "05000001c6!", Verdict.NO_PORT),
                of(step, "garbage without end", before + "*", Verdict.NO_PORT),
                of(step, "wrong version 4", before + "045a04d2c6120102.", Verdict.NO_PORT),
                of(step, "ATYP 9", before + "05000009c612010204d2.", Verdict.NO_PORT),
                of(step, "ATYP 4 with an IPv4 address", before + "05000004c612010204d2.", Verdict.NO_HOST_IN_TIME),
                of(step, "REP 7, command not supported", before + "05070001000000000000/", Verdict.NO_PORT),
                of(step, "REP 0xFF", before + "05ff0001000000000000.", Verdict.NO_PORT),
                of(step, "REP 4, host unreachable", before + "05040001000000000000.", Verdict.NO_HOST),
                of(step, "method 0xFF", "05ff.", Verdict.NO_PORT),
                of(step, "login refused", "0502 0101.", Verdict.NO_PORT));
    }

    private static List<Fault> relayAddresses() {
        return List.of(
                bound("split at every byte", ":05000001c6120102pppp=", Verdict.ANSWERED),
                bound("RSV 0xFF", "0500ff01c6120102pppp=", Verdict.ANSWERED),
                bound("BND IPv6", "05000004fc000018000000000000000000000002pppp=", Verdict.ANSWERED),
                bound("BND 0.0.0.0", "0500000100000000pppp=", Verdict.ANSWERED),
                bound("BND [::]", "05000004" + "00".repeat(16) + "pppp=", Verdict.ANSWERED),
                bound("BND a name", named("four.test"), Verdict.ANSWERED),
                bound("BND a name that has an IPv6 address only", named("six.test"), Verdict.ANSWERED),
                bound("BND a name that does not exist", named("none.test"), Verdict.NO_HOST),
                bound("BND a name whose look-up hangs", named("hang.test"), Verdict.NO_HOST_IN_TIME),
                bound("BND a name of no bytes", "0500000300pppp=", Verdict.ANSWERED),
                bound("port 0", "05000001c61201020000.", Verdict.NO_HOST),
                bound("BND without a route", "05000001cb007101pppp=", Verdict.NO_HOST));
    }

    private static String named(String name) {
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        HexFormat hex = HexFormat.of();
        return "05000003" + hex.toHexDigits((byte) bytes.length) + hex.formatHex(bytes) + "pppp=";
    }

    /// One script for each of the first connections, and another for all that follow.
    private static String again(String first, String then, int sources) {
        return String.join("|", Collections.nCopies(sources, first)) + "|"
                + String.join("|", Collections.nCopies(sources, then));
    }

    private static Fault bound(String failure, String reply, Verdict verdict) {
        return of(Step.ASSOCIATION, failure, LOGIN + reply, verdict);
    }

    private static Fault of(Step step, String failure, String script, Verdict verdict) {
        return Fault.ofDatagram(step, failure, script, verdict);
    }
}
