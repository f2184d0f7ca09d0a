package dev.migrationflags.engine.sync;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;

import dev.migrationflags.MigrationException;
import dev.migrationflags.SyncStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * Keeps how far backfills and verifications are, one per flag, and who works on them: for
 * a time that has to be renewed, so that another node goes on when one dies. Two that
 * work on the same flag for a moment do no harm, as each key is claimed first. Safe for
 * use by several threads. All methods throw a {@link MigrationException} if the store is
 * out of reach.
 */
public interface SyncStore {

	/**
	 * The last ones of some flags.
	 * @param flags the keys of the flags
	 * @return how far they are, without flags for which nothing was ever started
	 */
	Map<String, Checkpoint> find(Collection<String> flags);

	/**
	 * Starts one in place of the last one, unless that runs.
	 * @param flag the key of the flag
	 * @param first where it begins
	 * @return whether it was started
	 */
	boolean start(String flag, Checkpoint first);

	/**
	 * Takes over one that runs and that nobody works on.
	 * @param flag the key of the flag
	 * @param owner who takes it
	 * @param lease for how long
	 * @return where to go on, or {@code null} if there is none or somebody works on it
	 */
	@Nullable Checkpoint take(String flag, String owner, Duration lease);

	/**
	 * Goes on working.
	 * @param flag the key of the flag
	 * @param owner who works on it
	 * @param lease for how long from now on
	 * @return whether it still runs and is the owner's
	 */
	boolean renew(String flag, String owner, Duration lease);

	/**
	 * Keeps how far it is. Nobody works on one that does not run any more.
	 * @param flag the key of the flag
	 * @param owner who works on it
	 * @param checkpoint how far it is; its age is left as it is
	 * @return whether it was kept, as it still ran and was the owner's
	 */
	boolean keep(String flag, String owner, Checkpoint checkpoint);

	/**
	 * Lets others work on it.
	 * @param flag the key of the flag
	 * @param owner who worked on it
	 */
	void release(String flag, String owner);

	/**
	 * Changes the state of one, whoever works on it.
	 * @param flag the key of the flag
	 * @param seen how it was seen: changed only if its state and epoch are the same
	 * @param state the state from now on
	 * @return whether it was changed
	 */
	boolean change(String flag, Checkpoint seen, State state);

}
