// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.stack.TcpFlowHandler;

/// Notes that a flow is over. Nothing may be told after that.
final class Listener implements TcpFlowHandler {
    Runnable whenOver = () -> {};
    private boolean isOver;

    boolean isOver() {
        return isOver;
    }

    @Override
    public void onConfirmed() {
        requireNotOver();
    }

    @Override
    public void onReadable() {
        requireNotOver();
    }

    @Override
    public void onWritable() {
        requireNotOver();
    }

    @Override
    public void onReset() {
        end();
    }

    @Override
    public void onClosed() {
        end();
    }

    private void end() {
        requireNotOver();
        isOver = true;
        whenOver.run();
    }

    private void requireNotOver() {
        Finding.unless(!isOver, "a flow that is over was told something");
    }
}
