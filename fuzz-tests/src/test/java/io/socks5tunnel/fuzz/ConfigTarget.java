// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.ConfigWarning;
import io.socks5tunnel.api.LoadedConfig;
import io.socks5tunnel.api.TunnelConfig;

/// The bytes of a configuration file. It is refused with words that a terminal can show, or it is loaded; then it
/// is printed as text that loads as the same configuration.
final class ConfigTarget implements FuzzTarget {
    @Override
    public void run(byte[] input) throws ConfigException {
        LoadedConfig loaded;
        try {
            loaded = TunnelConfig.parse(input);
        } catch (ConfigException e) {
            requirePrintable(e.getMessage());
            return;
        }
        for (ConfigWarning warning : loaded.warnings()) {
            requirePrintable(warning.toString());
        }
        TunnelConfig config = loaded.config();
        String text = config.toYaml();
        TunnelConfig again = TunnelConfig.parse(text).config();
        // user name and password are masked the first time, and the mask is the same the second time
        Finding.unless(again.toYaml().equals(text), "it is printed otherwise after it was loaded again");
        Finding.unless(
                again.tunnel().equals(config.tunnel())
                        && again.mapDns().equals(config.mapDns())
                        && again.limits().equals(config.limits())
                        && again.process().equals(config.process())
                        && again.threads().equals(config.threads())
                        && again.dns().equals(config.dns()),
                "what was printed loads as another configuration");
    }

    private static void requirePrintable(String text) {
        Finding.unless(!text.isBlank(), "no words");
        for (int i = 0; i < text.length(); i++) {
            Finding.unless(!Character.isISOControl(text.charAt(i)), "a control character in words");
        }
    }
}
