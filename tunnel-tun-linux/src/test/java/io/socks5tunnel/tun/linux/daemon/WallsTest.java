// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.socks5tunnel.tun.linux.nativecalls.CallerCapabilities;
import io.socks5tunnel.tun.linux.nativecalls.DefaultSignals;
import io.socks5tunnel.tun.linux.nativecalls.DescriptorOutput;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.NotifySocket;
import io.socks5tunnel.tun.linux.nativecalls.OpenFileLimit;
import io.socks5tunnel.tun.linux.nativecalls.ProgramReplacement;
import io.socks5tunnel.tun.linux.nativecalls.SignalAction;
import io.socks5tunnel.tun.linux.nativecalls.StandardStreams;
import org.junit.jupiter.api.Test;

/// The daemon and the device share a module and nothing else.
class WallsTest {
    private static final String DEVICE = "io.socks5tunnel.tun.linux";
    private static final String DAEMON = "io.socks5tunnel.tun.linux.daemon";
    private static final String NATIVE_CALLS = "io.socks5tunnel.tun.linux.nativecalls";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(DEVICE);

    @Test
    void theDaemonDoesNotKnowTheDevice() {
        noClasses()
                .that()
                .resideInAPackage(DAEMON)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DEVICE)
                .check(CLASSES);
    }

    @Test
    void ofNativeCallsTheDaemonKnowsThoseThatConcernTheProcess() {
        noClasses()
                .that()
                .resideInAPackage(DAEMON)
                .should()
                .dependOnClassesThat(resideInAPackage(NATIVE_CALLS)
                        .and(not(belongToAnyOf(
                                CallerCapabilities.class,
                                DefaultSignals.class,
                                DescriptorOutput.class,
                                NativeCallException.class,
                                NotifySocket.class,
                                OpenFileLimit.class,
                                ProgramReplacement.class,
                                SignalAction.class,
                                StandardStreams.class))))
                .check(CLASSES);
    }

    @Test
    void theDeviceDoesNotKnowTheDaemon() {
        noClasses()
                .that()
                .resideOutsideOfPackage(DAEMON)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DAEMON)
                .check(CLASSES);
    }

    @Test
    void nativeCallsKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage(NATIVE_CALLS)
                .should()
                .dependOnClassesThat(resideInAPackage("io.socks5tunnel..").and(not(resideInAPackage(NATIVE_CALLS))))
                .check(CLASSES);
    }
}
