// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.stack.FlowKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopAdviceTest {
    private static final String ROUTE = " route add ";
    private static final String MAPPED = "one that mapdns gives to names";

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, 'the SOCKS server 192.0.2.1 is', '(ip route add 192.0.2.1 via GATEWAY)'",
        "'2001:db8::1', '2001:db8::1', 'the SOCKS server 2001:db8:0:0:0:0:0:1 is', '(ip -6 rule add fwmark MARK '",
        "proxy.example, 192.0.2.1, 'the SOCKS server proxy.example (192.0.2.1) is', '(ip route add 192.0.2.1 via GATEWAY)'"
    })
    void namesTheServerAndTheWayOut(String server, String address, String which, String wayOut) throws Exception {
        assertThat(advice(server, "").onLoop(key(address)))
                .startsWith("routing loop: ")
                .contains(which, wayOut)
                .doesNotContain(MAPPED);
    }

    @ParameterizedTest
    @CsvSource({
        "100.64.0.1, 10000, true",
        "100.127.255.255, 10000, true",
        "100.128.0.0, 10000, false",
        "100.63.255.255, 10000, false",
        "100.64.0.1, 0, false",
        "fc00:6440::1, 10000, true",
        "fc00:6440::1:0:1, 10000, false",
        "fc00:6440::1, 0, false"
    })
    void aNameThatMapdnsAnsweredNeedsAnotherWayOut(String address, int names, boolean isMapped) throws Exception {
        String mapDns = "mapdns: {port: 53, network: 100.64.0.0, netmask: 255.192.0.0, network6: 'fc00:6440::', "
                + "cache-size: " + names + "}";

        String advice = advice("proxy.example", mapDns).onLoop(key(address));

        assertThat(advice.contains(MAPPED)).isEqualTo(isMapped);
        assertThat(advice.contains(ROUTE)).isEqualTo(!isMapped);
    }

    @Test
    void aNameThatIsNotFoundIsNamed() throws Exception {
        assertThat(advice("proxy.example", "").onUnresolved("proxy.example"))
                .contains("proxy.example was not found", "/etc/hosts");
    }

    private static LoopAdvice advice(String server, String mapDns) throws ConfigException {
        TunnelConfig config = TunnelConfig.parse("socks5: {port: 1080, address: '" + server + "'}\n" + mapDns)
                .config();
        return new LoopAdvice(config.socks5(), config.mapDns());
    }

    private static FlowKey key(String server) {
        InetAddress address = InetAddress.ofLiteral(server);
        return new OwnConnections().add(new InetSocketAddress(address, 40_000), new InetSocketAddress(address, 1080));
    }
}
