// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.fixture.PacketBytes;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A small TCP client of its own making, without any code of the stack: opens, sends a pattern, receives one,
/// closes. Slow but right; what it does with acknowledgements, windows and resends is as simple as it can be.
final class TinyClient {
    private static final long RESEND_NANOS = 300_000_000L;

    private final Random random;
    private final int mss;
    private final boolean isSack;
    private final boolean isTimestamps;
    private final boolean isScaling;
    private final int bufferBytes;
    private final byte[] upload;
    private final byte[] download;
    private final int isn;

    boolean isConnected;
    boolean isReset;
    private boolean isSynSent;
    private int serverIsn;
    private int serverScale;
    private int recentTs;

    private int una;
    private int nxt;
    private int serverWindow;
    private long resendAt = Long.MAX_VALUE;
    private int duplicateAcks;
    private int backoff;
    private boolean isUploadFinAcknowledged;

    private final TreeMap<Integer, Integer> received = new TreeMap<>();
    private int delivered;
    private int read;
    private int finAt = -1;
    private int lastSackStart = -1;
    private int lastSackEnd = -1;
    private int advertisedRight;

    TinyClient(Random random, int mss, byte[] upload, int downloadBytes, int bufferBytes, int options) {
        this.random = random;
        this.mss = mss;
        this.upload = upload;
        this.download = new byte[downloadBytes];
        this.bufferBytes = bufferBytes;
        this.isSack = (options & 1) != 0;
        this.isTimestamps = (options & 2) != 0;
        this.isScaling = (options & 4) != 0;
        this.isn = random.nextInt();
    }

    interface Wire {
        void send(byte[] packet);
    }

    /// Whether both directions are finished as far as the client can know.
    boolean isDone() {
        return isReset || isUploadFinAcknowledged && finAt >= 0 && delivered == finAt;
    }

    byte[] received() {
        return Arrays.copyOf(download, delivered);
    }

    long deadline() {
        return resendAt;
    }

    void start(long now, Wire wire) {
        isSynSent = true;
        resendAt = now + RESEND_NANOS * 3;
        send(wire, now, -1, SentPacket.SYN, new byte[0]);
    }

    void onTime(long now, Wire wire) {
        if (now < resendAt) {
            return;
        }
        if (!isConnected) {
            start(now, wire);
            return;
        }
        backoff = Math.min(backoff + 1, 5);
        duplicateAcks = 0;
        if (una <= upload.length) {
            nxt = Math.max(nxt, una);
            sendFrom(una, Math.min(mss, Math.max(upload.length - una, 0)), now, wire, true);
        }
        resendAt = now + (RESEND_NANOS << backoff);
    }

    /// Reads some of what was received, as a slow application does.
    void readSome(long now, Wire wire) {
        if (read < delivered) {
            boolean wasSmall = advertisedRight - delivered < mss;
            read += 1 + random.nextInt(delivered - read);
            if (wasSmall && window() >= 2 * mss) {
                send(wire, now, nxt, 0, new byte[0]);
            }
        }
    }

    void onPacket(SentPacket packet, long now, Wire wire) {
        if (packet.isRst()) {
            // In good order this is an answer of a closed port to what came too late.
            isReset = !isDone();
            return;
        }
        if (packet.isSyn()) {
            if (!isConnected) {
                isConnected = true;
                serverIsn = packet.seq();
                serverScale = isScaling && packet.scale() >= 0 ? packet.scale() : 0;
                serverWindow = packet.window();
                una = 0;
                nxt = 0;
                resendAt = now + RESEND_NANOS;
            }
            recentTs = packet.tsVal();
            send(wire, now, nxt, 0, new byte[0]);
            sendMore(now, wire);
            return;
        }
        if (!isConnected) {
            return;
        }
        onAck(packet, now, wire);
        int seq = packet.seq() - serverIsn - 1;
        boolean isAckNeeded = packet.length() > 0 || packet.isFin() || seq < delivered + (finAt == delivered ? 1 : 0);
        if (packet.hasTimestamps() && seq <= delivered && packet.tsVal() - recentTs >= 0) {
            recentTs = packet.tsVal();
        }
        take(seq, packet);
        sendMore(now, wire);
        if (isAckNeeded) {
            send(wire, now, nxt, 0, new byte[0]);
        }
    }

    private void onAck(SentPacket packet, long now, Wire wire) {
        int ack = packet.ack() - isn - 1;
        if (ack > nxt) {
            throw new AssertionError("acknowledged " + ack + ", sent " + nxt);
        }
        int window = packet.window() << serverScale;
        if (ack > una) {
            una = ack;
            duplicateAcks = 0;
            backoff = 0;
            serverWindow = window;
            resendAt = una == upload.length + 1 ? Long.MAX_VALUE : now + RESEND_NANOS;
            isUploadFinAcknowledged = una == upload.length + 1;
        } else if (ack == una) {
            boolean isDuplicate = packet.length() == 0 && window == serverWindow && una < nxt && !packet.isFin();
            serverWindow = window;
            if (isDuplicate && ++duplicateAcks == 3) {
                sendFrom(una, Math.min(mss, upload.length - una), now, wire, false);
            }
        }
    }

    private void sendMore(long now, Wire wire) {
        while (nxt <= upload.length && nxt - una < 20 * mss) {
            int length = Math.min(mss, upload.length - nxt);
            if (nxt + length > una + serverWindow || length == 0 && nxt < upload.length) {
                break;
            }
            sendFrom(nxt, length, now, wire, false);
            if (nxt == upload.length + 1) {
                break;
            }
        }
        if (una <= upload.length && resendAt == Long.MAX_VALUE) {
            resendAt = now + RESEND_NANOS;
        }
    }

    private void sendFrom(int from, int length, long now, Wire wire, boolean isProbe) {
        if (from > upload.length) {
            return;
        }
        int limited = isProbe && serverWindow == 0 ? Math.min(length, 1) : length;
        boolean isFin = from + limited == upload.length;
        send(wire, now, from, isFin ? SentPacket.FIN : 0, Arrays.copyOfRange(upload, from, from + limited));
        nxt = Math.max(nxt, from + limited + (isFin ? 1 : 0));
    }

    private void take(int seq, SentPacket packet) {
        int end = seq + packet.length();
        if (end > advertisedRight && packet.length() > 0) {
            throw new AssertionError("sent up to " + end + " beyond the window's edge " + advertisedRight);
        }
        if (packet.isFin()) {
            finAt = end;
        }
        if (packet.length() > 0 && end > delivered) {
            System.arraycopy(packet.payload(), 0, download, seq, packet.length());
            received.merge(seq, end, Math::max);
            lastSackStart = seq;
            lastSackEnd = end;
        }
        boolean isMoved = true;
        while (isMoved && !received.isEmpty() && received.firstKey() <= delivered) {
            delivered = Math.max(delivered, received.pollFirstEntry().getValue());
        }
    }

    private int window() {
        return Math.max(0, bufferBytes - (delivered - read));
    }

    private void send(Wire wire, long now, int seq, int flags, byte[] payload) {
        boolean isSyn = (flags & SentPacket.SYN) != 0;
        int scale = isScaling && !isSyn ? 3 : 0;
        // Never takes back what was promised, which rounding down would do.
        int right = Math.max(advertisedRight, delivered + window());
        int field = Math.min(65535, (right - delivered + (1 << scale) - 1) >> scale);
        if (isSyn) {
            field = Math.min(65535, bufferBytes);
        }
        advertisedRight = Math.max(advertisedRight, delivered + (field << scale));
        int ack = delivered + (finAt == delivered ? 1 : 0);
        wire.send(PacketBytes.ipv4()
                .ports(40_000, 443)
                .seq(isn + 1 + seq)
                .ack(isSyn ? 0 : serverIsn + 1 + ack)
                .flags(flags | (isSyn ? 0 : SentPacket.ACK))
                .window(field)
                .options(options(isSyn, now))
                .payload(payload)
                .bytes());
    }

    private String options(boolean isSyn, long now) {
        StringBuilder hex = new StringBuilder();
        if (isSyn) {
            hex.append(String.format("0204%04x", mss));
            hex.append(isScaling ? "01030303" : "");
            hex.append(isSack ? "01010402" : "");
        }
        if (isTimestamps) {
            hex.append(String.format("0101080a%08x%08x", (int) (now / 1_000_000) + isn, isSyn ? 0 : recentTs));
        }
        if (isSack && !isSyn && lastSackEnd > delivered) {
            appendSack(hex);
        }
        return hex.toString();
    }

    private void appendSack(StringBuilder hex) {
        StringBuilder blocks = new StringBuilder();
        int count = 0;
        int start = -1;
        int end = -1;
        for (Map.Entry<Integer, Integer> range : received.entrySet()) {
            if (range.getKey() > end) {
                if (start >= 0 && count < 3) {
                    blocks.append(String.format("%08x%08x", serverIsn + 1 + start, serverIsn + 1 + end));
                    count++;
                }
                start = range.getKey();
                end = range.getValue();
            } else {
                end = Math.max(end, range.getValue());
            }
        }
        if (start >= 0 && count < 3) {
            blocks.append(String.format("%08x%08x", serverIsn + 1 + start, serverIsn + 1 + end));
            count++;
        }
        if (count > 0) {
            hex.append(String.format("010105%02x", 2 + 8 * count)).append(blocks);
        }
    }

    /// For failures.
    @Override
    public String toString() {
        return "una " + una + " nxt " + nxt + " delivered " + delivered + " read " + read + " fin at " + finAt
                + " last " + lastSackStart + "-" + lastSackEnd + " window " + serverWindow + " syn " + isSynSent;
    }
}
