package dev.migrationflags.boot.source;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The last trouble that a source has had with each flag.
 */
public final class SourceErrors {

	private final Map<String, SourceError> last = new ConcurrentHashMap<>();

	private final Clock clock;

	SourceErrors(Clock clock) {
		this.clock = clock;
	}

	void failed(String flag, String source, String message) {
		this.last.put(flag, new SourceError(source, this.clock.instant(), message));
	}

	/**
	 * The last trouble with a flag.
	 * @param flag the key of the flag
	 * @return the trouble, also if it is over, or {@code null} if there never was any
	 */
	public @Nullable SourceError last(String flag) {
		return this.last.get(flag);
	}

	/**
	 * Trouble of a source with a flag.
	 *
	 * @param source the name of the source
	 * @param time when
	 * @param message what has happened and what comes of it, without user data
	 */
	public record SourceError(String source, Instant time, String message) {
	}

}
