package dev.migrationflags;

import java.time.Instant;

/**
 * The base stage of a flag has changed; published as an application event. A listener
 * that throws undoes nothing.
 *
 * @param flag the key of the flag
 * @param from the stage before
 * @param to the stage from now on
 * @param reason why, as given by who asked for it
 * @param actor who asked for it: the name of the security principal, else {@code system}
 * @param epoch the number of this change, which grows with each
 * @param forced whether checks were overridden
 * @param time when
 */
public record StageChangedEvent(String flag, MigrationStage from, MigrationStage to, String reason, String actor,
		long epoch, boolean forced, Instant time) {
}
