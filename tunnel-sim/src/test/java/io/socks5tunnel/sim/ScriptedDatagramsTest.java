// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.SocksDatagramScript.Answer;
import io.socks5tunnel.sim.SocksDatagramScript.Bind;
import io.socks5tunnel.sim.SocksDatagramScript.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The datagrams of a scripted SOCKS server, asked by hand.
class ScriptedDatagramsTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1080);

    private final VirtualClock clock = new VirtualClock(0);
    private final SimNetwork network = new SimNetwork(clock, new SeededRandom(1));
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final List<byte[]> datagrams = new ArrayList<>();
    private ScriptedSocksServer server;
    private SimConnection client;
    private SimDatagramPort clientPort;
    private boolean hasEnded;
    private boolean hasFailed;

    /// Reads everything that comes.
    private final class Reader implements SimConnection.Listener {
        @Override
        public void onReadable() {
            try {
                answers.writeBytes(client.readAll());
            } catch (IOException e) {
                hasFailed = true;
            }
        }

        @Override
        public void onEnded() {
            hasEnded = true;
        }

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {
            hasFailed = true;
        }
    }

    private byte[] request(SocksDatagramScript script, int command) throws IOException {
        server = new ScriptedSocksServer(clock, SocksScript.HONEST.withDatagrams(script)).relayDatagrams(network);
        network.listen(SERVER, server::accept);
        client = network.connect(SERVER);
        client.listener(new Reader());
        settle();
        exchange(5, 1, 0);
        return exchange(5, command, 0, 1, 0, 0, 0, 0, 0, 0);
    }

    private byte[] exchange(int... octets) throws IOException {
        client.write(SocksTestClient.octets(octets));
        settle();
        byte[] came = answers.toByteArray();
        answers.reset();
        return came;
    }

    private void settle() {
        while (clock.runNext()) {}
    }

    private ScriptedSocksSession session() {
        return server.sessions().getFirst();
    }

    @Nested
    class AtARelayPort {
        private InetSocketAddress relay;

        private void associate(SocksDatagramScript script) throws IOException {
            byte[] reply = request(script, 3);
            assertThat(reply).startsWith(5, 0, 0, 1).hasSize(10);
            int port = Byte.toUnsignedInt(reply[8]) << 8 | Byte.toUnsignedInt(reply[9]);
            relay = new InetSocketAddress(InetAddress.getByAddress(Arrays.copyOfRange(reply, 4, 8)), port);
            clientPort = network.bind(client.local().getAddress(), (_, payload) -> datagrams.add(payload));
        }

        private void send(int... octets) {
            clientPort.send(relay, SocksTestClient.octets(octets));
            settle();
        }

        @Test
        void datagramsAreEchoedWithTheirDestinationAsSource() throws IOException {
            associate(SocksDatagramScript.HONEST);
            send(0, 0, 0, 1, 10, 9, 0, 1, 0, 53, 7, 8);

            assertThat(datagrams).containsExactly(SocksTestClient.octets(0, 0, 0, 1, 10, 9, 0, 1, 0, 53, 7, 8));
            assertThat(session().datagrams().received()).isEqualTo(1);
            assertThat(session().datagrams().client()).isEqualTo(clientPort.local());
        }

        @Test
        void namesAreAnsweredFromAnAddress() throws IOException {
            associate(SocksDatagramScript.HONEST);
            send(0, 0, 0, 3, 1, 'a', 0, 53);

            assertThat(datagrams).containsExactly(SocksTestClient.octets(0, 0, 0, 1, 203, 0, 113, 53, 0, 53));
        }

        @Test
        void theServiceMayAnswerWithWhateverItLikes() throws IOException {
            var other = new SocksDestination(InetAddress.ofLiteral("10.9.0.2"), "", 99);
            associate(SocksDatagramScript.HONEST.withService(
                    (_, payload) -> List.of(new Reply(other, payload), new Reply(other, new byte[0]))));
            send(0, 0, 0, 1, 10, 9, 0, 1, 0, 53, 7);

            assertThat(datagrams)
                    .containsExactly(
                            SocksTestClient.octets(0, 0, 0, 1, 10, 9, 0, 2, 0, 99, 7),
                            SocksTestClient.octets(0, 0, 0, 1, 10, 9, 0, 2, 0, 99));
        }

        @Test
        void nonsenseIsCounted() throws IOException {
            associate(SocksDatagramScript.HONEST);
            send();
            send(0, 0, 1, 1, 10, 9, 0, 1, 0, 53);
            send(1, 0, 0, 1, 10, 9, 0, 1, 0, 53);
            send(0, 0, 0, 1, 10, 9, 0, 1, 0);
            send(0, 0, 0, 9, 10, 9, 0, 1, 0, 53);

            assertThat(session().datagrams().malformed()).isEqualTo(5);
            assertThat(datagrams).isEmpty();
        }

        @Test
        void theyEndWithTheConnection() throws IOException {
            associate(SocksDatagramScript.HONEST);
            int open = network.openPorts();
            client.close();
            settle();

            assertThat(network.openPorts()).isEqualTo(open - 1);
            assertThat(session().isInputEnded()).isTrue();
        }

        @Test
        void aServerThatStopsEndsBoth() throws IOException {
            associate(SocksDatagramScript.HONEST);
            session().stop();
            settle();

            assertThat(hasEnded).isTrue();
            assertThat(session().datagrams().port().isClosed()).isTrue();
        }

        @Test
        void theReplyMayNameNoAddressOrAName() throws IOException {
            assertThat(request(SocksDatagramScript.HONEST.withBind(Bind.UNSPECIFIED), 3))
                    .startsWith(5, 0, 0, 1, 0, 0, 0, 0);
            assertThat(request(SocksDatagramScript.HONEST.withBind(Bind.NAME), 3))
                    .startsWith(5, 0, 0, 3, 13, 'r', 'e', 'l', 'a', 'y', '.');
        }

        @Test
        void withoutANetworkThereAreNone() throws IOException {
            var alone = new ScriptedSocksServer(clock, SocksScript.HONEST);
            network.listen(SERVER, alone::accept);
            client = network.connect(SERVER);
            client.listener(new Reader());
            settle();
            exchange(5, 1, 0);

            assertThat(exchange(5, 3, 0, 1, 0, 0, 0, 0, 0, 0)).startsWith(5, 7, 0);
            assertThat(hasEnded).isTrue();
        }
    }

    @Nested
    class InTheConnection {
        @Test
        void framesAreEchoed() throws IOException {
            assertThat(request(SocksDatagramScript.HONEST, 5)).startsWith(5, 0, 0);
            int[] frame = {0, 2, 10, 1, 10, 9, 0, 1, 0, 53, 7, 8};

            assertThat(exchange(frame)).containsExactly(SocksTestClient.octets(frame));
            assertThat(network.openPorts()).isZero();
        }

        @Test
        void framesMayComeInPieces() throws IOException {
            request(SocksDatagramScript.HONEST, 5);
            int[] two = {0, 1, 10, 1, 10, 9, 0, 1, 0, 53, 7, 0, 0, 10, 1, 10, 9, 0, 1, 0, 54};
            var came = new ByteArrayOutputStream();
            for (int octet : two) {
                came.writeBytes(exchange(octet));
            }

            assertThat(came.toByteArray()).containsExactly(SocksTestClient.octets(two));
            assertThat(session().datagrams().received()).isEqualTo(2);
        }

        @Test
        void aFrameThatIsNoneResetsTheConnection() throws IOException {
            request(SocksDatagramScript.HONEST, 5);
            exchange(0, 1, 9, 1, 10, 9, 0, 1, 0, 53, 7);

            assertThat(hasFailed).isTrue();
            assertThat(session().datagrams().malformed()).isEqualTo(1);
        }

        @Test
        void theEndOfTheConnectionIsAnsweredWithOne() throws IOException {
            request(SocksDatagramScript.HONEST, 5);
            client.shutdownOutput();
            settle();

            assertThat(hasEnded).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Answer.class)
    void eitherCommandMayBeAnsweredInAnyWay(Answer answer) throws IOException {
        for (int command : new int[] {3, 5}) {
            hasEnded = false;
            hasFailed = false;
            SocksDatagramScript script = SocksDatagramScript.HONEST;
            byte[] reply = request(command == 3 ? script.withAssociate(answer) : script.withInTcp(answer), command);
            switch (answer) {
                case GRANTED -> assertThat(reply).startsWith(5, 0).hasSize(10);
                case REFUSED -> assertThat(reply).startsWith(5, 7).hasSize(10);
                case CUT_SHORT -> assertThat(reply).containsExactly(5, 7);
                case CLOSED, RESET, SILENCE -> assertThat(reply).isEmpty();
            }
            assertThat(hasEnded)
                    .isEqualTo(answer == Answer.REFUSED || answer == Answer.CUT_SHORT || answer == Answer.CLOSED);
            assertThat(hasFailed).isEqualTo(answer == Answer.RESET);
        }
    }
}
