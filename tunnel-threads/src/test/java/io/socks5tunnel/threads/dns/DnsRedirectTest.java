// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.DnsSettings.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsRedirectTest {
    private static boolean concerns(DnsRedirect redirect, String address, int port) {
        return redirect.concerns(Names.high(address), Names.low(address), port);
    }

    @Test
    void anyMeansEveryAddressButOnlyThePortOfDns() {
        DnsRedirect any = new DnsRedirect(new DnsSettings(true, List.of(), "192.0.2.53", 5353, Transport.TCP));

        assertThat(concerns(any, "8.8.8.8", 53)).isTrue();
        assertThat(concerns(any, "2001:db8::1", 53)).isTrue();
        assertThat(concerns(any, "8.8.8.8", 853)).isFalse();
        assertThat(any.resolver().toString()).isEqualTo("/192.0.2.53:5353");
        assertThat(any.transport()).isEqualTo(Transport.TCP);
    }

    @Test
    void aListMeansThoseOnIt() {
        var listed = new DnsRedirect(
                new DnsSettings(false, List.of("8.8.8.8", "2001:db8::1"), "2001:db8::53", 53, Transport.AUTO));

        assertThat(concerns(listed, "8.8.8.8", 53)).isTrue();
        assertThat(concerns(listed, "2001:db8::1", 53)).isTrue();
        assertThat(concerns(listed, "8.8.4.4", 53)).isFalse();
        assertThat(listed.resolverHigh()).isEqualTo(Names.high("2001:db8::53"));
        assertThat(listed.resolverLow()).isEqualTo(Names.low("2001:db8::53"));
    }

    @Test
    void absentKeysMeanNothingIsRedirected() {
        assertThat(new DnsRedirect(DnsSettings.DEFAULT).isOn()).isFalse();
        assertThat(concerns(new DnsRedirect(DnsSettings.DEFAULT), "8.8.8.8", 53))
                .isFalse();
    }
}
