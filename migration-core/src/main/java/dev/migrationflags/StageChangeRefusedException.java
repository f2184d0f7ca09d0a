package dev.migrationflags;

import java.util.List;

/**
 * A stage was not changed. Nothing has happened: the flag is where it was.
 */
public class StageChangeRefusedException extends MigrationException {

	private final List<String> reasons;

	/**
	 * Creates an exception.
	 * @param flag the flag
	 * @param from its stage
	 * @param to the stage that was asked for
	 * @param reasons all the reasons, at least one
	 */
	public StageChangeRefusedException(String flag, MigrationStage from, MigrationStage to, List<String> reasons) {
		super("Flag '%s' stays at %s and does not move to %s: %s".formatted(flag, from.key(), to.key(),
				String.join("; ", reasons)));
		this.reasons = List.copyOf(reasons);
	}

	/**
	 * Why the change was refused: all the reasons, not only the first.
	 * @return the reasons, unmodifiable
	 */
	public List<String> getReasons() {
		return this.reasons;
	}

}
