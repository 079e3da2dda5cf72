// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Gets the text of a configuration out of a file or out of bytes: UTF-8, or UTF-16 with a byte order mark.
final class ConfigText {
    /// No configuration is larger; a path to something endless must not fill the memory.
    static final int MAX_BYTES = 1 << 20;

    private ConfigText() {}

    static String read(Path file) throws ConfigException {
        try (InputStream in = Files.newInputStream(file)) {
            return decode(in.readNBytes(MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no such file", e);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new ConfigException("cannot be read: " + reason, e);
        } catch (IOException e) {
            throw new ConfigException("cannot be read: " + e.getMessage(), e);
        }
    }

    static String decode(byte[] bytes) throws ConfigException {
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException("larger than " + MAX_BYTES + " bytes, which no configuration is");
        }
        Charset charset = charsetOf(bytes);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = charset.newDecoder().decode(in, out, true);
        String text = withoutMark(out.flip().toString());
        if (result.isError()) {
            TextPlace place = TextPlace.after(text);
            throw new ConfigException(place.line(), place.column(), "no YAML: this byte is not " + charset.name());
        }
        return text;
    }

    /// The text without a byte order mark in front.
    static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Charset charsetOf(byte[] bytes) {
        if (bytes.length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF) {
            return StandardCharsets.UTF_16BE;
        }
        if (bytes.length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
            return StandardCharsets.UTF_16LE;
        }
        return StandardCharsets.UTF_8;
    }
}
