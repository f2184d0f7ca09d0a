package dev.migrationflags.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.flags.Decision;
import org.jspecify.annotations.Nullable;

/**
 * The stages that the calls of one request, or of one transaction, have met first. Safe
 * for use by several threads. Bounded: what does not fit any more is not pinned.
 */
public final class Pins {

	static final int LIMIT = 1000;

	private final Map<Subject, Decision> pins = new ConcurrentHashMap<>(4);

	/**
	 * The stage of a call. A pin is taken anew once the flag has flipped, and after its
	 * time: a call that was pinned long ago must not write.
	 * @param subject what has a stage
	 * @param current the stage that is in force now
	 * @param lifetimeNanos how long a pin holds
	 */
	Decision decide(Subject subject, Decision current, long lifetimeNanos) {
		Decision pin = this.pins.get(subject);
		while (true) {
			if (pin != null && pin.stage() == current.stage()) {
				return current;
			}
			long now = System.nanoTime();
			if (pin != null && !pin.stage().flipsTo(current.stage()) && sameAuthority(pin, current)
					&& now - pin.since() < lifetimeNanos) {
				return pin.at(current.position());
			}
			Decision fresh = new Decision(current.stage(), true, now, current.position());
			if (replace(subject, pin, fresh)) {
				return current;
			}
			pin = this.pins.get(subject);
		}
	}

	/**
	 * Not so if the flag has flipped there and back in between.
	 */
	private static boolean sameAuthority(Decision pin, Decision current) {
		return pin.position().authorityEpoch() == current.position().authorityEpoch();
	}

	/**
	 * Takes a pin, unless another thread was faster.
	 */
	private boolean replace(Subject subject, @Nullable Decision pin, Decision fresh) {
		if (pin != null) {
			return this.pins.replace(subject, pin, fresh);
		}
		return this.pins.size() >= LIMIT || this.pins.putIfAbsent(subject, fresh) == null;
	}

}
