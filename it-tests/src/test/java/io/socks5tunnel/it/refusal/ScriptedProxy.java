// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A SOCKS5 server that serves nobody: it plays a [Conversation] to everybody who comes, and is itself the
/// destination of those whom it lets through.
///
/// Runs as a process of its own: `ScriptedProxy PORT CONTROL_PORT`. Which conversations is told by [ProxyControl].
public final class ScriptedProxy {
    private static final int NAME = 3;
    private static final int BACKLOG = 1024;
    private static final int DEAF_SECONDS = 60;
    private static final long GARBAGE_SEED = 7;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private volatile Deal deal = new Deal(List.of(Conversation.of(ProxyScript.SUCCEEDED.text())));

    private ScriptedProxy() {}

    /// Serves until it is killed.
    public static void main(String[] arguments) throws IOException {
        var proxy = new ScriptedProxy();
        var control = new ServerSocket(Integer.parseInt(arguments[1]), BACKLOG);
        var socks = new ServerSocket(Integer.parseInt(arguments[0]), BACKLOG);
        Thread.ofPlatform().start(() -> proxy.accept(control));
        while (true) {
            Socket client = socks.accept();
            Deal present = proxy.deal;
            Conversation next = present.next();
            proxy.peak.accumulateAndGet(proxy.open.incrementAndGet(), Math::max);
            Thread.ofVirtual().start(() -> proxy.serve(client, next, present));
        }
    }

    /// Fills `chunk` with what [Conversation.Ending#GARBAGE] sends from a position on, a multiple of 8. The first
    /// byte of all is not the beginning of any answer.
    public static void garbage(byte[] chunk, long position) {
        SeededBytes.fill(chunk, GARBAGE_SEED, position);
    }

    /// Conversations that are played by turns.
    private static final class Deal {
        final CountDownLatch isOver = new CountDownLatch(1);
        private final List<Conversation> conversations;
        private final AtomicInteger count = new AtomicInteger();

        Deal(List<Conversation> conversations) {
            this.conversations = conversations;
        }

        Conversation next() {
            return conversations.get(count.getAndIncrement() % conversations.size());
        }
    }

    private void accept(ServerSocket control) {
        while (true) {
            try {
                Socket teller = control.accept();
                Thread.ofVirtual().start(() -> obey(teller));
            } catch (IOException e) {
                System.err.println("control: " + e.getMessage());
            }
        }
    }

    private void obey(Socket teller) {
        try (teller;
                var in = new BufferedReader(new InputStreamReader(teller.getInputStream(), StandardCharsets.US_ASCII));
                var out = new PrintWriter(teller.getOutputStream(), true, StandardCharsets.US_ASCII)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(answer(line));
            }
        } catch (IOException e) {
            System.err.println("control: " + e.getMessage());
        }
    }

    private String answer(String line) {
        return switch (line) {
            case "peak" -> Integer.toString(peak.get());
            case "dealt" -> Integer.toString(deal.count.get());
            default -> {
                Deal last = deal;
                deal = new Deal(Stream.of(line.substring(line.indexOf(' ') + 1).split("\\|", -1))
                        .map(Conversation::of)
                        .toList());
                last.isOver.countDown();
                peak.set(open.get());
                yield "ok";
            }
        };
    }

    private void serve(Socket client, Conversation conversation, Deal present) {
        try (client;
                var relay = conversation.hasRelay() ? ScriptedRelay.open(conversation.ending(), client) : null) {
            client.setTcpNoDelay(true);
            var in = new DataInputStream(client.getInputStream());
            int port = relay == null ? 0 : relay.port();
            for (int step = 0; step < conversation.answers().size(); step++) {
                readMessage(in, step);
                send(client.getOutputStream(), conversation.answers().get(step), port);
            }
            end(client, conversation.ending(), present);
        } catch (IOException _) {
            // The client cut it, which is its good right.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    private static void send(OutputStream out, Conversation.Answer answer, int relayPort)
            throws IOException, InterruptedException {
        byte[] bytes = answer.bytes(relayPort);
        if (answer.pace() == Conversation.Pace.AT_ONCE) {
            out.write(bytes);
            return;
        }
        for (byte one : bytes) {
            out.write(one);
            // long enough that the next byte is not in the same segment
            TimeUnit.MILLISECONDS.sleep(answer.pace() == Conversation.Pace.SPLIT ? 2 : 1_000);
        }
    }

    private static void end(Socket client, Conversation.Ending how, Deal present)
            throws IOException, InterruptedException {
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        switch (how) {
            case CLOSE -> {}
            case RESET -> client.setSoLinger(true, 0);
            case SILENCE, ECHO_AFTER_GARBAGE, NO_RELAY, VANISH -> in.transferTo(OutputStream.nullOutputStream());
            case DEAFNESS -> present.isOver.await(DEAF_SECONDS, TimeUnit.SECONDS);
            case ECHO -> {
                in.transferTo(out);
                client.shutdownOutput();
            }
            case GARBAGE -> {
                byte[] chunk = new byte[SeededBytes.CHUNK_BYTES];
                for (long position = 0; ; position += chunk.length) {
                    garbage(chunk, position);
                    out.write(chunk);
                }
            }
        }
    }

    private static void readMessage(DataInputStream in, int step) throws IOException {
        switch (step) {
            case 0 -> {
                in.readUnsignedByte();
                in.skipNBytes(in.readUnsignedByte());
            }
            case 1 -> {
                in.readUnsignedByte();
                in.skipNBytes(in.readUnsignedByte());
                in.skipNBytes(in.readUnsignedByte());
            }
            case 2 -> {
                in.skipNBytes(3);
                int type = in.readUnsignedByte();
                int length = type == NAME ? in.readUnsignedByte() : type == 1 ? 4 : 16;
                in.skipNBytes(length + Short.BYTES);
            }
            default -> in.readUnsignedByte();
        }
    }
}
