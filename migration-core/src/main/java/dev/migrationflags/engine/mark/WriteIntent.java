package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.List;

/**
 * What a dual write is going to write.
 *
 * @param flag the key of the flag
 * @param epoch the epoch of the flag when the operation was pinned; it is current as long
 * as the authority has not changed since
 * @param keys the keys, in ascending order and each once
 * @param lifetime how long the operation may write from now on, the margin for clocks not
 * included
 * @param part whether this is a part of something that is in flight, for which an
 * announced change of authority waits: then it does not wait for the change
 */
public record WriteIntent(String flag, long epoch, List<String> keys, Duration lifetime, boolean part) {

	/**
	 * A write that is in flight by itself.
	 * @param flag the key of the flag
	 * @param epoch the epoch of the flag when the operation was pinned
	 * @param keys the keys, in ascending order and each once
	 * @param lifetime how long the operation may write from now on
	 */
	public WriteIntent(String flag, long epoch, List<String> keys, Duration lifetime) {
		this(flag, epoch, keys, lifetime, false);
	}

}
