package dev.migrationflags.flags;

import java.util.List;

/**
 * Whether a flag may go on to its next stage, and what says so.
 *
 * @param ready whether every check that blocks is fine
 * @param checks the checks, in the order in which they are shown
 */
public record Readiness(boolean ready, List<Check> checks) {

	/**
	 * Sums up checks.
	 * @param checks the checks
	 * @return ready if every check that blocks is fine
	 */
	public static Readiness of(List<Check> checks) {
		return new Readiness(checks.stream().allMatch((check) -> check.ok() || !check.blocks()), List.copyOf(checks));
	}

	/**
	 * One check.
	 *
	 * @param name its name, as in {@code readiness.required}
	 * @param ok whether it is fine
	 * @param blocks whether it refuses the move to the next stage that is not forced
	 * @param detail what was found and what is needed, in words
	 */
	public record Check(String name, boolean ok, boolean blocks, String detail) {
	}

}
