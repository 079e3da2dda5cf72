// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The values that a configuration gives, and the defaults of those it does not.
final class Settings {
    private final Map<ConfigKey, Setting> given = new EnumMap<>(ConfigKey.class);

    void put(ConfigKey key, Setting setting) {
        given.put(key, setting);
    }

    /// Lets all values of another section of the same kind replace those that are here.
    void putAll(Settings later) {
        given.putAll(later.given);
    }

    Optional<Setting> given(ConfigKey key) {
        return Optional.ofNullable(given.get(key));
    }

    boolean has(ConfigKey key) {
        return given.containsKey(key);
    }

    /// The value or the default, in plain form. A value without a character is as good as none.
    String text(ConfigKey key) {
        return given(key).map(Setting::value).filter(value -> !value.isEmpty()).orElse(key.fallback());
    }

    /// The text, or empty where there is none.
    Optional<String> optionalText(ConfigKey key) {
        return Optional.of(text(key)).filter(text -> !text.isEmpty());
    }

    /// The lower 32 bits of a number, which for keys up to 2³¹ − 1 is the number.
    int number(ConfigKey key) {
        return (int) Long.parseLong(text(key));
    }

    boolean flag(ConfigKey key) {
        return text(key).equals("true");
    }
}
