// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.TunnelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposedPasswordTest {
    private static final String LOGIN = ", username: anna, password: s3cret";

    private final Path file = Jimfs.newFileSystem(
                    Configuration.unix().toBuilder().setAttributeViews("posix").build())
            .getPath("/work/t.yml");

    @ParameterizedTest
    @CsvSource({
        "rw-r--r--, true, true",
        "rw----r--, true, true",
        "rw-r-----, true, false",
        "rw-------, true, false",
        "rw-r--r--, false, false",
    })
    void isRemarkedOnWithoutTellingIt(String permissions, boolean hasPassword, boolean isExposed) throws Exception {
        Files.writeString(file, "socks5: {address: 192.0.2.1, port: 1080" + (hasPassword ? LOGIN : "") + "}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        var remark = ExposedPassword.remark(file, TunnelConfig.load(file).config());

        assertThat(remark.isPresent()).isEqualTo(isExposed);
        remark.ifPresent(
                text -> assertThat(text).contains("chmod o-r /work/t.yml").doesNotContain("s3cret", "anna"));
    }
}
