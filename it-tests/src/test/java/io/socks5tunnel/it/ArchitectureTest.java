// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpState;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The walls between modules and packages, and the words that must not occur behind some of them.
///
/// JPMS guards what a module may read; these rules guard what JPMS cannot see: packages inside a module, classes of
/// the JDK, and names. ArchUnit fails a rule that finds no class to look at, so a rule cannot pass because its
/// package was renamed; the one rule that is still ahead of its package says so.
class ArchitectureTest {
    private static final String API = "io.socks5tunnel.api..";
    private static final String STACK = "io.socks5tunnel.stack..";
    private static final String STACK_INSPECT = "io.socks5tunnel.stack.inspect..";
    private static final String THREADS = "io.socks5tunnel.threads..";
    private static final String TUN_LINUX = "io.socks5tunnel.tun.linux..";
    private static final String DAEMON = "io.socks5tunnel.tun.linux.daemon..";
    private static final String NATIVE_CALLS = "io.socks5tunnel.tun.linux.nativecalls..";
    private static final String SIM = "io.socks5tunnel.sim..";
    private static final String OURS = "io.socks5tunnel..";

    /// Raise it as the code grows: an import that found next to nothing would let every rule pass.
    private static final int FEWEST_CLASSES = 6;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.socks5tunnel");

    @Test
    void thereAreClassesToLookAt() {
        assertThat(CLASSES.size()).isGreaterThanOrEqualTo(FEWEST_CLASSES);
    }

    @Nested
    class Walls {
        @Test
        void apiKnowsNothingOfOurs() {
            check(of(API, API));
        }

        @Test
        void stackKnowsTheApi() {
            check(of(STACK, API, STACK));
        }

        @Test
        void threadsKnowApiAndStack() {
            check(of(THREADS, API, STACK, THREADS));
        }

        @Test
        void linuxTunKnowsTheApi() {
            check(of(TUN_LINUX, API, TUN_LINUX));
        }

        @Test
        void simKnowsTheApiAndLooksInsideTheStack() {
            // what views are made of: the key of a flow and its state
            DescribedPredicate<JavaClass> partOfViews = belongToAnyOf(FlowKey.class, TcpState.class);
            check(noClasses()
                    .that()
                    .resideInAPackage(SIM)
                    .should()
                    .dependOnClassesThat(resideInAPackage(OURS)
                            .and(not(resideInAnyPackage(API, STACK_INSPECT, SIM)))
                            .and(not(partOfViews))));
        }

        @Test
        void deviceCodeDoesNotKnowTheDaemon() {
            check(noClasses()
                    .that(resideInAPackage(TUN_LINUX).and(not(resideInAPackage(DAEMON))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(DAEMON));
        }

        /// Ahead of its package: there is no wire package yet.
        @Test
        void wireFormatsKnowNothingAboveThem() {
            check(noClasses()
                    .that()
                    .resideInAPackage("io.socks5tunnel.stack.wire..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage(STACK).and(not(resideInAPackage("io.socks5tunnel.stack.wire.."))))
                    .allowEmptyShould(true));
        }

        /// A module's face may name the parts behind it (`Tunnel` its providers, `PacketStack` its TCP), which in
        /// turn speak the face's vocabulary. Every other cycle is refused, those among the parts too.
        @Test
        void packagesAreFreeOfCycles() {
            check(slices().matching("io.socks5tunnel.(**)")
                    .should()
                    .beFreeOfCycles()
                    .ignoreDependency(
                            resideInAPackage("io.socks5tunnel.api"), resideInAPackage("io.socks5tunnel.api.spi"))
                    .ignoreDependency(
                            resideInAPackage("io.socks5tunnel.stack"), resideInAPackage("io.socks5tunnel.stack.*")));
        }

        private static ArchRule of(String module, String... known) {
            return noClasses()
                    .that()
                    .resideInAPackage(module)
                    .should()
                    .dependOnClassesThat(resideInAPackage(OURS).and(not(resideInAnyPackage(known))));
        }
    }

    @Nested
    class NativeCode {
        @Test
        void isCalledFromOnePackage() {
            check(noClasses()
                    .that()
                    .resideOutsideOfPackage(NATIVE_CALLS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.sun.jna..")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.foreign.Linker")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.foreign.SymbolLookup"));
        }
    }

    /// What makes the stack a function of its inputs.
    @Nested
    class TheStack {
        private static final Set<String> ALLOWED_OF_SYSTEM = Set.of("arraycopy", "identityHashCode");

        private static final DescribedPredicate<JavaMethodCall> CALL_OF_SYSTEM = describe(
                "a method of System other than " + ALLOWED_OF_SYSTEM,
                call -> call.getTargetOwner().isEquivalentTo(System.class)
                        && !ALLOWED_OF_SYSTEM.contains(call.getName()));

        @Test
        void hasNoThreadAndNoLock() {
            check(noClasses()
                    .that()
                    .resideInAPackage(STACK)
                    .should()
                    .dependOnClassesThat(belongToAnyOf(Thread.class, ThreadLocal.class)
                            .or(resideInAPackage("java.util.concurrent.."))));
        }

        @Test
        void hasNoSocketAndNoFile() {
            check(noClasses()
                    .that()
                    .resideInAPackage(STACK)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..", "java.io..")
                                    .and(not(belongToAnyOf(
                                            // values, not input or output
                                            InetAddress.class,
                                            Inet4Address.class,
                                            Inet6Address.class,
                                            InetSocketAddress.class,
                                            UnknownHostException.class,
                                            java.io.Serializable.class)))));
        }

        @Test
        void hasNoClockAndNoEnvironment() {
            check(noClasses()
                    .that()
                    .resideInAPackage(STACK)
                    .should()
                    .callMethodWhere(CALL_OF_SYSTEM)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.time.."));
        }

        @Test
        void hasNoRandomSource() {
            check(noClasses()
                    .that()
                    .resideInAPackage(STACK)
                    .should()
                    .dependOnClassesThat(belongToAnyOf(Random.class, SplittableRandom.class)
                            .or(resideInAnyPackage("java.util.random..", "java.security..")))
                    .orShould()
                    .callMethod(Math.class, "random"));
        }

        @Test
        void hasNoLog() {
            check(noClasses()
                    .that()
                    .resideInAPackage(STACK)
                    .should()
                    .dependOnClassesThat(belongToAnyOf(System.Logger.class, System.LoggerFinder.class)
                            .or(resideInAPackage("java.util.logging.."))));
        }
    }

    /// Which somebody may set: no time-out is to know of it.
    @Nested
    class TheTimeOfDay {
        @Test
        void isNotAskedForWhereFlowsAre() {
            check(noClasses()
                    .that()
                    .resideInAnyPackage(API, STACK, THREADS, TUN_LINUX)
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .dependOnClassesThat(belongToAnyOf(Clock.class)));
        }
    }

    @Nested
    class Names {
        @Test
        void sayTheRole() {
            check(classes()
                    .that()
                    .resideInAPackage(OURS)
                    .should()
                    .haveNameNotMatching(".*(Impl|Manager|Utils?|Helper)"));
        }
    }

    @Nested
    class StandardStreams {
        @Test
        void belongToTheDaemonAndTheCommands() {
            check(noClasses()
                    .that()
                    .resideOutsideOfPackages(DAEMON, "io.socks5tunnel..commands..")
                    .should(ACCESS_STANDARD_STREAMS));
        }
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
