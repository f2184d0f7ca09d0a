package dev.migrationflags;

import java.util.Set;

/**
 * The flags of the application: asks for stages and changes them. Safe for use by several
 * threads.
 * <p>
 * A move is one step in the flag's own two, four or six stages, or the stage where the
 * flag is (which changes nothing, and no epoch). Every method that takes a flag throws
 * {@link UnknownFlagException} for one that is not defined; every method that takes a
 * reason throws {@link IllegalArgumentException} for a blank one; and every change throws
 * {@link StageChangeRefusedException} with all the reasons if it is not allowed.
 */
public interface MigrationFlags {

	/**
	 * The keys of all flags.
	 * @return the keys, unmodifiable, in order of definition
	 */
	Set<String> keys();

	/**
	 * The stage of a flag for an anonymous context.
	 * @param flag the key of the flag
	 * @return the stage
	 */
	MigrationStage stage(String flag);

	/**
	 * The stage of a flag for a context, as it is now: not the one to which a request or
	 * transaction under way is pinned.
	 * @param flag the key of the flag
	 * @param context whom it is for
	 * @return the stage
	 */
	MigrationStage stage(String flag, MigrationContext context);

	/**
	 * Moves a flag by one step, forward or back.
	 * @param flag the key of the flag
	 * @param stage the stage to move to
	 * @param reason why
	 * @return the change, as published to listeners
	 */
	StageChangedEvent moveTo(String flag, MigrationStage stage, String reason);

	/**
	 * Moves a flag to its next stage.
	 * @param flag the key of the flag
	 * @param reason why
	 * @return the change, as published to listeners
	 */
	StageChangedEvent advance(String flag, String reason);

	/**
	 * Moves a flag to its previous stage.
	 * @param flag the key of the flag
	 * @param reason why
	 * @return the change, as published to listeners
	 */
	StageChangedEvent stepBack(String flag, String reason);

	/**
	 * Moves a flag to any of its stages, whatever the checks say. What the checks guard
	 * against is then yours: acknowledged writes can be lost. Refused only for a stage
	 * that the flag does not have, and for a flag that another source owns.
	 * @param flag the key of the flag
	 * @param stage the stage to move to
	 * @param reason why
	 * @return the change, as published to listeners
	 */
	StageChangedEvent forceTo(String flag, MigrationStage stage, String reason);

}
