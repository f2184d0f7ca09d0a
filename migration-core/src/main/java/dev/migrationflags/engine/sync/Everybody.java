package dev.migrationflags.engine.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.StageStore;
import dev.migrationflags.flags.TimeInWords;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether every node writes both sides. What a node wrote to one side only, after
 * its key was copied or compared, would never be found.
 */
final class Everybody {

	private final StageStore stages;

	private final Clock clock;

	Everybody(StageStore stages, Clock clock) {
		this.stages = stages;
		this.clock = clock;
	}

	/**
	 * What has to be waited for.
	 * @param waited how long that has been done; clocks that disagree make nobody wait
	 * for longer than writes may last
	 * @return what, in words, or {@code null} if nothing
	 */
	@Nullable String missing(Flag flag, Duration waited) {
		String lagging = this.stages.lagging(flag);
		if (lagging != null) {
			return lagging;
		}
		Duration deadline = flag.definition().settings().write().deadline();
		Instant until = this.clock.instant().minus(deadline);
		boolean recent = this.stages.changes(flag)
			.stream()
			.anyMatch((change) -> !change.from().writesBoth() && change.time().isAfter(until));
		return (recent && waited.compareTo(deadline) < 0)
				? "writes that began before every node wrote both sides may last for " + TimeInWords.of(deadline)
				: null;
	}

}
