// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static io.socks5tunnel.api.ConfigWarning.Severity.WARNING;
import static java.util.Map.entry;

import io.socks5tunnel.api.ConfigWarning.Severity;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The keys that are read and checked, but whose function this version does not have. Who builds one deletes its
/// row here; nothing else of the program has to know.
final class NotBuilt {
    private static final Map<ConfigKey, Note> NOTES = new EnumMap<>(Map.ofEntries(
            entry(ConfigKey.ICMP, new Note(WARNING, "echo requests are not answered")),
            entry(
                    ConfigKey.MAPDNS_CACHE_SIZE,
                    new Note(WARNING, "DNS queries are not answered and names are not mapped")),
            entry(ConfigKey.DNS_REDIRECT, new Note(WARNING, "DNS queries are not redirected"))));

    private NotBuilt() {}

    /// The remark on a key that was set to something else than its default, or empty if the key does what it
    /// should.
    static Optional<ConfigWarning> remark(ConfigKey key, Setting setting) {
        Note note = NOTES.get(key);
        if (note == null || setting.value().equals(key.fallback())) {
            return Optional.empty();
        }
        String text = key.path() + " is not built in this version yet: " + note.consequence();
        return Optional.of(new ConfigWarning(note.severity(), setting.line(), setting.column(), text));
    }

    /// What a user misses.
    ///
    /// @param severity how much it matters
    /// @param consequence what happens instead
    private record Note(Severity severity, String consequence) {}
}
