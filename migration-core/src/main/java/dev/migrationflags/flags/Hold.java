package dev.migrationflags.flags;

import java.util.List;

import dev.migrationflags.MigrationStage;

/**
 * A move of the base stage that the owner of a flag wants and the checks do not allow.
 * The flag stays where it is until they pass or the source takes the move back.
 *
 * @param stage the stage that the source wants
 * @param source the name of the source
 * @param reasons why the move does not happen
 */
public record Hold(MigrationStage stage, String source, List<String> reasons) {

	/**
	 * Copies the reasons.
	 */
	public Hold {
		reasons = List.copyOf(reasons);
	}

}
