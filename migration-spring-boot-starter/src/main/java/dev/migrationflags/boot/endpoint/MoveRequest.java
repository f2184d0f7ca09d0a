package dev.migrationflags.boot.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * A move that somebody asks for over HTTP.
 *
 * @param stage the stage to move to
 * @param reason why
 * @param force whether to override the checks
 * @param epoch the epoch that the flag must have, or {@code null}
 */
record MoveRequest(MigrationStage stage, String reason, boolean force, @Nullable Long epoch) {

	/**
	 * The longest reason, which is kept with the change.
	 */
	static final int LONGEST_REASON = 1000;

	/**
	 * Reads what was sent. What was sent is not repeated in what is said about it: it can
	 * be long.
	 * @param flag the flag to move
	 * @param mistakes gets everything that is wrong
	 * @return the request, or {@code null} if anything is wrong
	 */
	static @Nullable MoveRequest read(Flag flag, @Nullable String stage, @Nullable String reason,
			@Nullable String force, @Nullable String epoch, List<String> mistakes) {
		List<String> found = new ArrayList<>();
		MigrationStage to = stage(flag, stage, found);
		if (reason == null || reason.isBlank()) {
			found.add("reason: say why; it is kept with the change");
		}
		else if (reason.length() > LONGEST_REASON) {
			found.add("reason: use %d characters at most".formatted(LONGEST_REASON));
		}
		if (force != null && !force.equals("true") && !force.equals("false")) {
			found.add("force: use true or false");
		}
		Long expected = epoch(epoch, found);
		mistakes.addAll(found);
		return (to != null && reason != null && found.isEmpty())
				? new MoveRequest(to, reason, "true".equals(force), expected) : null;
	}

	private static @Nullable MigrationStage stage(Flag flag, @Nullable String key, List<String> mistakes) {
		for (MigrationStage stage : flag.stages()) {
			if (stage.key().equals(key)) {
				return stage;
			}
		}
		mistakes.add("stage: use one of "
				+ flag.stages().stream().map(MigrationStage::key).collect(Collectors.joining(", ")));
		return null;
	}

	private static @Nullable Long epoch(@Nullable String epoch, List<String> mistakes) {
		if (epoch == null) {
			return null;
		}
		try {
			return Long.valueOf(epoch);
		}
		catch (NumberFormatException ex) {
			mistakes.add("epoch: use the whole number that the flag shows, or leave it out");
			return null;
		}
	}

}
