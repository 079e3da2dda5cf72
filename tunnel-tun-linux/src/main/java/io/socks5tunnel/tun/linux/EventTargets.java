// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the target of an event by the token that was registered with its descriptor. Confined to one shard.
///
/// A token is a place in a table and the number of its use, which no other use has. An event that was under way when
/// its descriptor was closed bears the number of an earlier use, and finds nobody, even if the place is taken again.
///
/// ```
/// token:  | use number (32 bits) | place (32 bits) |
/// ```
final class EventTargets {
    private static final int FIRST_CAPACITY = 64;
    private static final int NONE = -1;

    private @Nullable EventTarget[] targets = new @Nullable EventTarget[FIRST_CAPACITY];
    private int[] uses = new int[FIRST_CAPACITY];
    private int[] nextFree = new int[FIRST_CAPACITY];
    private int firstFree = NONE;

    /// Places that were ever taken since the table was last made smaller: those from here on are free, too.
    private int placesUsed;

    private int nextUse;

    /// Gives `target` a place.
    long add(EventTarget target) {
        int place = firstFree;
        if (place == NONE) {
            place = newPlace();
        } else {
            firstFree = nextFree[place];
        }
        targets[place] = target;
        uses[place] = nextUse++;
        return (long) uses[place] << 32 | place;
    }

    private int newPlace() {
        if (placesUsed == targets.length) {
            resize(2 * placesUsed);
        }
        return placesUsed++;
    }

    private void resize(int capacity) {
        targets = Arrays.copyOf(targets, capacity);
        uses = Arrays.copyOf(uses, capacity);
        nextFree = Arrays.copyOf(nextFree, capacity);
    }

    /// The target that `token` was made for, or null if it was removed.
    @Nullable
    EventTarget find(long token) {
        int place = (int) token;
        return place < targets.length && uses[place] == (int) (token >>> 32) ? targets[place] : null;
    }

    /// Ends the use of `token`; harmless if it has ended.
    void remove(long token) {
        if (find(token) == null) {
            return;
        }
        int place = (int) token;
        targets[place] = null;
        nextFree[place] = firstFree;
        firstFree = place;
    }

    /// Makes the table as small as the highest place taken lets it be. The lowest places are taken first from now on.
    void discardSpares() {
        while (placesUsed > 0 && targets[placesUsed - 1] == null) {
            placesUsed--;
        }
        int capacity = targets.length;
        while (capacity > FIRST_CAPACITY && capacity / 2 >= placesUsed) {
            capacity /= 2;
        }
        resize(capacity);
        firstFree = NONE;
        for (int place = placesUsed - 1; place >= 0; place--) {
            if (targets[place] == null) {
                nextFree[place] = firstFree;
                firstFree = place;
            }
        }
    }

    /// Tells all targets that the reactor closes.
    void closeAll() {
        for (int place = 0; place < placesUsed; place++) {
            EventTarget target = targets[place];
            if (target != null) {
                target.onReactorClosed();
            }
        }
    }

    /// Places there are memory for now.
    int capacity() {
        return targets.length;
    }
}
