// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.it.transfer.TransferClient;
import io.socks5tunnel.sim.SimUdpSocket;
import io.socks5tunnel.sim.SimulatedNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Applications and a tunnel in one process, with a TUN device in memory between them: the client's TCP is the
/// simulator's, the tunnel with its four shards and everything behind it are real.
///
/// `SimulatedApplications CONFIG transfers …` with the arguments of [TransferClient], or
/// `SimulatedApplications CONFIG sizes|refused HOST PORT SIZE...` as
/// [io.socks5tunnel.it.datagram.DatagramClient]. Hosts may be names, which the tunnel is asked for. Prints what
/// those print, and after transfers how many flows each shard had and whether one was left.
public final class SimulatedApplications {
    /// As many as the device has queues.
    static final int SHARDS = 4;

    static final String TRANSFERS = "transfers";
    static final String FLOWS_PER_SHARD = "FLOWS PER SHARD ";
    static final String NOTHING_LEFT = "FLOWS LEFT 0";

    private static final int LOOKS = 100;
    private static final int LOOKS_PER_TRY = 20;
    private static final int LOOK_MILLIS = 100;
    private static final int END_SECONDS = 30;
    private static final int POLL_MILLIS = 10;
    private static final int DNS_PORT = 53;
    private static final int DNS_HEADER_BYTES = 12;
    private static final int ADDRESS_BYTES = 4;

    private final SimulatedNetwork network;

    private SimulatedApplications(SimulatedNetwork network) {
        this.network = network;
    }

    /// Runs them and ends the process.
    public static void main(String[] arguments) throws Exception {
        TunnelConfig config = TunnelConfig.load(Path.of(arguments[0])).config();
        int code = 0;
        try (SimulatedNetwork network = SimulatedNetwork.open(config, SHARDS)) {
            SimulatedApplications applications = new SimulatedApplications(network);
            List<String> rest = List.of(arguments).subList(2, arguments.length);
            switch (arguments[1]) {
                case TRANSFERS -> code = applications.transfers(rest);
                case "sizes" -> applications.sizes(rest);
                case "refused" -> applications.refused(rest);
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
        System.exit(code);
    }

    private int transfers(List<String> arguments) throws IOException, InterruptedException {
        String[] resolved = arguments.toArray(String[]::new);
        resolved[1] = String.join(",", addresses(resolved[1]));
        int code = TransferClient.run(resolved, (server, _) -> new SimulatedConnection(network.connect(server)));
        System.out.println(FLOWS_PER_SHARD + network.tunnel().statistics().tcpFlowsPerShard());
        System.out.println("FLOWS LEFT " + flowsLeft());
        return code;
    }

    /// Connections whose ends have both been closed need a moment to pass through.
    private long flowsLeft() throws InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        TunnelStatistics statistics = network.tunnel().statistics();
        while (statistics.tcpFlowsOpen() > 0 && System.nanoTime() - endNanos < 0) {
            Thread.sleep(POLL_MILLIS);
            statistics = network.tunnel().statistics();
        }
        return statistics.tcpFlowsOpen();
    }

    private void sizes(List<String> arguments) throws IOException, InterruptedException {
        for (InetSocketAddress server : servers(arguments)) {
            for (String size : arguments.subList(2, arguments.size())) {
                byte[] payload = payload(Integer.parseInt(size));
                byte[] answer = exchange(server, payload, bytes -> bytes.length == payload.length);
                String outcome = answer == null ? "nothing" : Arrays.equals(answer, payload) ? "ok" : "other bytes";
                System.out.println(size + " " + outcome);
            }
        }
    }

    private void refused(List<String> arguments) throws IOException, InterruptedException {
        byte[] payload = payload(Integer.parseInt(arguments.get(2)));
        for (InetSocketAddress server : servers(arguments)) {
            if (exchange(server, payload, _ -> true) != null) {
                System.out.println("an answer");
            }
        }
    }

    /// Sends until an answer comes that is good enough. What an ICMP error says is printed as the JDK would.
    private byte @Nullable [] exchange(InetSocketAddress server, byte[] payload, Predicate<byte[]> isGood)
            throws InterruptedException {
        BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
        InetSocketAddress local = network.freshAddress(server.getAddress());
        SimUdpSocket socket = network.ask(host -> {
            SimUdpSocket opened = host.openUdp(local);
            opened.onDatagram(datagram -> answers.add(datagram.payload()));
            return opened;
        });
        for (int i = 0; i < LOOKS; i++) {
            if (i % LOOKS_PER_TRY == 0) {
                network.ask(_ -> send(socket, server, payload));
            }
            byte[] answer = answers.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (answer != null && isGood.test(answer)) {
                return answer;
            }
            List<SimUdpSocket.Unreachable> errors = network.ask(_ -> socket.errors());
            if (!errors.isEmpty()) {
                System.out.println("PortUnreachableException " + errors.getFirst());
                return null;
            }
        }
        return null;
    }

    private static SimUdpSocket send(SimUdpSocket socket, InetSocketAddress server, byte[] payload) {
        socket.send(server, payload);
        return socket;
    }

    private List<InetSocketAddress> servers(List<String> arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments.get(1));
        return addresses(arguments.getFirst()).stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    private List<String> addresses(String hosts) throws IOException, InterruptedException {
        List<String> addresses = Stream.of(hosts.split(",", -1)).collect(Collectors.toList());
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i).endsWith(".example")) {
                addresses.set(i, addressOf(addresses.get(i)));
            }
        }
        return addresses;
    }

    /// Asks the tunnel for an A record, which it has for every name.
    private String addressOf(String name) throws IOException, InterruptedException {
        ByteBuffer query = ByteBuffer.allocate(DNS_HEADER_BYTES + name.length() + 2 + 2 * Short.BYTES);
        // recursion desired, one question
        query.putShort((short) 1).putShort((short) 0x0100).putShort((short) 1).position(DNS_HEADER_BYTES);
        for (String label : name.split("\\.", -1)) {
            query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.put((byte) 0).putShort((short) 1).putShort((short) 1);
        InetSocketAddress resolver = new InetSocketAddress(ContainerLab.MAPDNS, DNS_PORT);
        byte[] answer = exchange(resolver, query.array(), bytes -> bytes.length > query.capacity());
        if (answer == null) {
            throw new IOException("the tunnel does not say an address for " + name);
        }
        // the only record's data are what it ends with
        byte[] address = Arrays.copyOfRange(answer, answer.length - ADDRESS_BYTES, answer.length);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    private static byte[] payload(int size) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) (i * 31 + (i >>> 8) + 1);
        }
        return payload;
    }
}
