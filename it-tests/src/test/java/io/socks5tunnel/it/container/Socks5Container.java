// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import com.github.dockerjava.api.model.ContainerNetwork;
import io.socks5tunnel.it.lab.AddressFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.rnorth.ducttape.unreliables.Unreliables;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/// A SOCKS5 server of Debian in a container, listening on [#PORT] of IPv4 and IPv6.
///
/// ```java
/// try (Socks5Container server = new Socks5Container(SocksProgram.DANTE).withPassword()) {
///     server.start();
///     TunnelConfig config = …; // server.address(IPV4), Socks5Container.PORT, USER and PASSWORD
/// }
/// ```
///
/// The image is built from the programs that are installed on this machine (`apt-get install dante-server` and so
/// on), so that no registry is needed. Linux only: [#address] is the container's own address on Docker's bridge,
/// which the host reaches, and which UDP ASSOCIATE needs.
public final class Socks5Container extends GenericContainer<Socks5Container> {
    /// Where the server listens.
    public static final int PORT = 1080;

    /// The user of servers that [demand a password][#withPassword()].
    public static final String USER = "lab-user";

    /// That user's password.
    public static final String PASSWORD = "lab-password";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final SocksProgram program;
    private boolean demandsPassword;

    /// A server without authentication, not started yet.
    public Socks5Container(SocksProgram program) {
        super(DebianImage.of(program, false));
        this.program = program;
        describe();
    }

    /// Has the server demand [#USER] and [#PASSWORD]. Before the start.
    ///
    /// @throws IllegalArgumentException if it cannot
    public Socks5Container withPassword() {
        if (!program.canDemandPassword()) {
            throw new IllegalArgumentException(program + " knows no passwords");
        }
        demandsPassword = true;
        setImage(DebianImage.of(program, true));
        describe();
        return this;
    }

    /// Which server it is.
    public SocksProgram program() {
        return program;
    }

    /// Whether it demands [#USER] and [#PASSWORD].
    public boolean demandsPassword() {
        return demandsPassword;
    }

    /// The version of the server's package.
    public String version() {
        return DebianProgram.find(program.programs().getFirst())
                .map(DebianProgram::version)
                .orElse("unknown");
    }

    /// The container's own address on its first network; started.
    public InetAddress address(AddressFamily family) {
        ContainerNetwork network = getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next();
        String address = switch (family) {
            case IPV4 -> network.getIpAddress();
            case IPV6 -> network.getGlobalIPv6Address();
        };
        if (address == null || address.isEmpty()) {
            throw new IllegalStateException("no " + family + " address on the container's network");
        }
        return InetAddress.ofLiteral(address);
    }

    /// Freezes all its processes: its kernel still takes connections and bytes, and nobody answers.
    public void pause() {
        getDockerClient().pauseContainerCmd(getContainerId()).exec();
    }

    /// Whether they are frozen.
    public boolean isPaused() {
        return Boolean.TRUE.equals(getCurrentContainerInfo().getState().getPaused());
    }

    /// Lets them go on.
    public void unpause() {
        getDockerClient().unpauseContainerCmd(getContainerId()).exec();
    }

    /// Kills all its processes (SIGKILL).
    public void kill() {
        getDockerClient().killContainerCmd(getContainerId()).exec();
    }

    /// Kills it, if it runs, and starts it again, and waits until the server answers. The addresses are the same if
    /// they were asked for by number.
    public void restart() {
        getDockerClient().restartContainerCmd(getContainerId()).withTimeout(0).exec();
        waitUntilContainerStarted();
    }

    private void describe() {
        withCommand(program.command(demandsPassword).toArray(String[]::new));
        waitingFor(new Greeting());
    }

    /// Waits until the server answers the first message of SOCKS5. A port that merely listens may belong to
    /// Docker's own forwarder, and the image has no shell to look from inside.
    private static final class Greeting extends AbstractWaitStrategy {
        private static final byte[] METHODS = {5, 2, 0, 2};
        private static final int CONNECT_MILLIS = 1000;

        @Override
        protected void waitUntilReady() {
            Socks5Container container = (Socks5Container) waitStrategyTarget;
            Unreliables.retryUntilTrue(
                    (int) START_LIMIT.toSeconds(),
                    TimeUnit.SECONDS,
                    () -> getRateLimiter().getWhenReady(() -> answers(container)));
        }

        private static boolean answers(Socks5Container container) {
            if (!container.isRunning()) {
                throw new IllegalStateException("ended: " + container.getLogs());
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(container.address(AddressFamily.IPV4), PORT), CONNECT_MILLIS);
                socket.setSoTimeout(CONNECT_MILLIS);
                socket.getOutputStream().write(METHODS);
                return socket.getInputStream().read() == METHODS[0];
            } catch (IOException e) {
                return false;
            }
        }
    }
}
