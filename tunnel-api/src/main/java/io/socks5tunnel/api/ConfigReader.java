// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import io.socks5tunnel.api.ConfigWarning.Severity;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the text of a configuration by the rules of hev-socks5-tunnel 2.16.0: what that starts with, this starts
/// with. What it silently ignores gets a remark; what it refuses, or would misread so that the tunnel could not
/// work, ends in a [ConfigException].
final class ConfigReader {
    private final Settings settings = new Settings();
    private final ConfigRemarks remarks = new ConfigRemarks();
    private final Set<ConfigSection> seen = EnumSet.noneOf(ConfigSection.class);

    private ConfigReader() {}

    static LoadedConfig read(String yaml) throws ConfigException {
        String text = ConfigText.withoutMark(yaml);
        YamlNode root =
                YamlTree.firstDocument(text).orElseThrow(() -> new ConfigException("empty: nothing is configured"));
        if (!(root instanceof YamlNode.Mapping sections)) {
            throw refusal(root, "no configuration: sections with keys are expected");
        }
        return new ConfigReader().readSections(sections);
    }

    private LoadedConfig readSections(YamlNode.Mapping sections) throws ConfigException {
        for (YamlNode.Entry entry : sections.entries()) {
            if (!(entry.key() instanceof YamlNode.Scalar name)) {
                remarks.warn(entry.key(), "this is no name of a section and is ignored");
                continue;
            }
            Optional<ConfigSection> section = ConfigSection.named(name.text());
            if (section.isPresent()) {
                readSection(section.get(), name, entry.value());
            } else {
                remarks.warn(name, unknownSection(name.text()));
            }
        }
        if (!seen.contains(ConfigSection.SOCKS5)) {
            String text = "there is no socks5 section, so every connection will be refused";
            remarks.add(new ConfigWarning(Severity.WARNING, 0, 0, text));
        }
        checkMapDns();
        checkDns();
        remarkOnEffects();
        return new LoadedConfig(ConfigAssembly.assemble(settings), remarks.inOrder());
    }

    private void readSection(ConfigSection section, YamlNode.Scalar name, YamlNode value) throws ConfigException {
        if (!(value instanceof YamlNode.Mapping keys)) {
            throw refusal(
                    name, section.text() + " holds no keys; leave the section out altogether if it shall be empty");
        }
        if (!seen.add(section)) {
            remarks.inform(name, "a further " + section.text() + " section; its keys override those before");
        }
        Settings ofSection = new Settings();
        for (YamlNode.Entry entry : keys.entries()) {
            readEntry(section, ofSection, entry);
        }
        if (section == ConfigSection.SOCKS5) {
            checkSocks5(name, ofSection);
        }
        settings.putAll(ofSection);
    }

    private void readEntry(ConfigSection section, Settings ofSection, YamlNode.Entry entry) throws ConfigException {
        if (!(entry.key() instanceof YamlNode.Scalar name)) {
            remarks.warn(entry.key(), "this is no name of a key of " + section.text() + " and is ignored");
            return;
        }
        Optional<ConfigKey> found = ConfigKey.named(section, name.text());
        if (found.isEmpty()) {
            remarks.warn(name, unknownKey(section, name.text()));
            return;
        }
        ConfigKey key = found.get();
        if (ofSection.has(key)) {
            remarks.warn(name, key.path() + " is given twice in one section; this one counts");
        }
        switch (entry.value()) {
            case YamlNode.Scalar scalar -> readValue(key, ofSection, scalar);
            case YamlNode.Mapping mapping
            when key == ConfigKey.IPV4 || key == ConfigKey.IPV6 -> readNestedAddress(key, ofSection, mapping);
            case YamlNode other -> remarkOnCollection(key, other);
        }
    }

    private void readValue(ConfigKey key, Settings ofSection, YamlNode.Scalar scalar) throws ConfigException {
        String text = scalar.text();
        String subject = ConfigRemarks.subject(key, text);
        if (key.isRequired() && text.isEmpty()) {
            throw refusal(scalar, key.path() + " has no value" + ConfigRemarks.allowed(key));
        }
        switch (key.type().read(text)) {
            case Reading.Taken(String value) -> put(ofSection, key, value, scalar);
            case Reading.Doubtful(String value, String remark) -> {
                if (key.isOwn()) {
                    throw refusal(scalar, subject + " " + remark + ConfigRemarks.allowed(key));
                }
                remarks.warn(scalar, subject + " " + remark);
                put(ofSection, key, value, scalar);
            }
            case Reading.Unusable(String problem)
            when key.refusesNonsense() -> throw refusal(scalar, subject + " " + problem + ConfigRemarks.allowed(key));
            case Reading.Unusable(String problem) -> {
                String instead = key.fallback().isEmpty() ? "it is ignored" : key.fallback() + " is used";
                remarks.warn(scalar, subject + " " + problem + ", " + instead + ConfigRemarks.allowed(key));
            }
        }
    }

    /// An older form, which hev-socks5-tunnel still takes: `ipv4: {address: …, gateway: …, prefix: …}`.
    private void readNestedAddress(ConfigKey key, Settings ofSection, YamlNode.Mapping mapping) throws ConfigException {
        for (YamlNode.Entry entry : mapping.entries()) {
            boolean isAddress =
                    entry.key() instanceof YamlNode.Scalar name && name.text().equals("address");
            if (isAddress && entry.value() instanceof YamlNode.Scalar address) {
                readValue(key, ofSection, address);
            } else {
                remarks.warn(entry.key(), "only the address of " + key.path() + " counts; this is ignored");
            }
        }
    }

    private void remarkOnCollection(ConfigKey key, YamlNode value) throws ConfigException {
        String text = key.path() + " takes a single value";
        if (key.refusesNonsense()) {
            throw refusal(value, text + ConfigRemarks.allowed(key));
        }
        remarks.warn(value, text + " and is ignored; the keys after it count here, but not for hev-socks5-tunnel");
    }

    private static void put(Settings ofSection, ConfigKey key, String value, YamlNode place) {
        ofSection.put(key, new Setting(value, place.line(), place.column()));
    }

    private static void checkSocks5(YamlNode.Scalar name, Settings ofSection) throws ConfigException {
        for (ConfigKey key : ConfigKey.of(ConfigSection.SOCKS5)) {
            if (key.isRequired() && !ofSection.has(key)) {
                throw refusal(name, key.path() + " is missing in this section" + ConfigRemarks.allowed(key));
            }
        }
        if (ofSection.has(ConfigKey.USERNAME) != ofSection.has(ConfigKey.PASSWORD)) {
            ConfigKey missing = ofSection.has(ConfigKey.USERNAME) ? ConfigKey.PASSWORD : ConfigKey.USERNAME;
            throw refusal(name, missing.path() + " is missing: user name and password go together or not at all");
        }
    }

    private void checkMapDns() throws ConfigException {
        int cacheSize = settings.number(ConfigKey.MAPDNS_CACHE_SIZE);
        if (cacheSize == 0) {
            return;
        }
        Setting given = settings.given(ConfigKey.MAPDNS_CACHE_SIZE).orElseThrow();
        // a mask of less than one bit makes the signed complement negative: hev refuses every size then
        int largest = ~AddressText.ipv4Bits(settings.text(ConfigKey.MAPDNS_NETMASK));
        if (cacheSize > largest) {
            String problem = "mapdns.cache-size \"" + cacheSize + "\" is more than mapdns.netmask "
                    + settings.text(ConfigKey.MAPDNS_NETMASK) + " leaves room for; allowed: up to "
                    + Math.max(0, largest);
            throw new ConfigException(given.line(), given.column(), problem);
        }
        if (settings.number(ConfigKey.MAPDNS_PORT) == 0) {
            String text = "mapdns has no port, so no query will reach it; usual: 53";
            remarks.add(new ConfigWarning(Severity.WARNING, given.line(), given.column(), text));
        }
    }

    private void checkDns() throws ConfigException {
        Optional<Setting> redirect = settings.given(ConfigKey.DNS_REDIRECT);
        Optional<Setting> resolver = settings.given(ConfigKey.DNS_RESOLVER);
        boolean isRedirecting = redirect.isPresent() && !redirect.get().value().isBlank();
        boolean hasResolver = resolver.isPresent() && !resolver.get().value().isEmpty();
        if (isRedirecting && !hasResolver) {
            String problem =
                    "dns.redirect needs dns.resolver: where to?" + ConfigRemarks.allowed(ConfigKey.DNS_RESOLVER);
            throw new ConfigException(redirect.get().line(), redirect.get().column(), problem);
        }
        if (hasResolver && !isRedirecting) {
            String text = "dns.resolver has no effect without dns.redirect";
            remarks.add(new ConfigWarning(
                    Severity.WARNING, resolver.get().line(), resolver.get().column(), text));
        }
    }

    private void remarkOnEffects() {
        for (ConfigKey key : ConfigKey.values()) {
            Optional<Setting> given = settings.given(key);
            if (key.isWithoutEffect() && given.isPresent()) {
                String text = key.path() + " has no effect here. " + key.meaning();
                Setting setting = given.get();
                remarks.add(new ConfigWarning(Severity.INFO, setting.line(), setting.column(), text));
            }
        }
    }

    private static String unknownSection(String name) {
        String shown = ConfigRemarks.shownName(name);
        List<String> owners = Arrays.stream(ConfigKey.values())
                .filter(key -> key.text().equals(name))
                .map(key -> key.section().text())
                .toList();
        if (!owners.isEmpty()) {
            return "unknown section " + shown + " is ignored; as a key it belongs under " + String.join(" or ", owners);
        }
        List<String> known =
                Arrays.stream(ConfigSection.values()).map(ConfigSection::text).toList();
        return "unknown section " + shown + " is ignored" + suggestion(name, known);
    }

    private static String unknownKey(ConfigSection section, String name) {
        String text = "unknown key " + ConfigRemarks.shownName(name) + " of " + section.text() + " is ignored";
        Optional<ConfigKey> elsewhere = Arrays.stream(ConfigKey.values())
                .filter(key -> key.text().equals(name))
                .findFirst();
        if (elsewhere.isPresent()) {
            return text + "; it belongs to " + elsewhere.get().section().text();
        }
        List<String> known = ConfigKey.of(section).stream().map(ConfigKey::text).toList();
        return text + suggestion(name, known);
    }

    private static String suggestion(String name, List<String> known) {
        return NearestWord.of(name, known)
                .map(word -> "; did you mean " + word + "?")
                .orElse("; known: " + String.join(", ", known));
    }

    private static ConfigException refusal(YamlNode place, String problem) {
        return new ConfigException(place.line(), place.column(), problem);
    }
}
