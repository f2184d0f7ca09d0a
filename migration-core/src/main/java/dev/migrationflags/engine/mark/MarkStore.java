package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

import dev.migrationflags.MarkUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Where it is noted which keys may differ between the two sides, and who may still write
 * them. A mark stands as long as the sides of its key may differ; a registration stands
 * for one operation, or one repair, that may still write. While a registration exists so
 * does the mark of its key. Keys are the text of {@link KeyText}. Each call is a
 * transaction of its own on a connection of its own, never the caller's. Safe for use by
 * several threads.
 */
public interface MarkStore extends AutoCloseable {

	/**
	 * Whether marks outlive this process.
	 * @return whether they do
	 */
	boolean isDurable();

	/**
	 * Marks keys and registers an operation on each of them, before anything is written.
	 * @param intent what is going to be written
	 * @return the registration, to be given to exactly one of the finish methods
	 * @throws NotCurrentException if a change of authority is announced or has happened
	 * since the operation was pinned: nothing is marked, the operation has to be pinned
	 * anew
	 * @throws MarkUnavailableException if the store is out of reach: nothing is marked
	 */
	Registration begin(WriteIntent intent) throws NotCurrentException;

	/**
	 * Marks an operation whose keys are not known yet. Such a mark is of no key, cannot
	 * be repaired, and refuses changes of authority like every mark.
	 * @param intent what is going to be written, without keys
	 * @return the registration, to be given to {@link #begin(WriteIntent, Registration)}
	 * or, if surely nothing was written, to {@link #finish}
	 * @throws NotCurrentException as {@link #begin(WriteIntent)}
	 * @throws MarkUnavailableException if the store is out of reach: nothing is marked
	 */
	Registration beginWithoutKey(WriteIntent intent) throws NotCurrentException;

	/**
	 * Marks keys that were not known before the write. Regards neither holds nor epochs.
	 * @param intent what was written
	 * @param provisional the mark without a key, removed in the same transaction, or
	 * {@code null} if the authoritative write has not been committed yet
	 * @return the registration; its keys are repaired once in any case if there was a
	 * provisional mark
	 * @throws MarkUnavailableException if the store is out of reach: the provisional mark
	 * stays
	 */
	Registration begin(WriteIntent intent, @Nullable Registration provisional);

	/**
	 * Ends a registration now.
	 * @param registration the registration
	 * @param ok whether both sides were written, or surely none
	 * @param started whether a write of either side was started
	 * @return whether the registration was still there; if not, and a write was started,
	 * the keys were marked again and will be repaired
	 * @throws MarkUnavailableException if the store is out of reach: the call is repeated
	 * in the background until it succeeds, the caller need not
	 */
	boolean finish(Registration registration, boolean ok, boolean started);

	/**
	 * Ends the registration of an operation that has written both sides in time, soon and
	 * in the background: together with others, or with the next one of the same key.
	 * Never throws and never waits.
	 * @param registration the registration
	 */
	void finishLater(Registration registration);

	/**
	 * Ends now what was left for later.
	 * @param flag the key of the flag
	 */
	void flush(String flag);

	/**
	 * Whether a key is marked.
	 * @param flag the key of the flag
	 * @param keys the keys
	 * @return whether any of them is
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	boolean isMarked(String flag, Collection<String> keys);

	/**
	 * Whether a flag has any mark: of known or unknown keys, parked, or of operations
	 * that are not over.
	 * @param flag the key of the flag
	 * @return whether there is one
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	boolean hasMarks(String flag);

	/**
	 * Claims marked keys for repair: those that nobody may write any more, whose back-off
	 * is over and that are not parked. The claim registers the repair like a writer and
	 * is committed when this returns.
	 * @param flag the key of the flag
	 * @param limit how many at most
	 * @param lifetime how long the repair may write from now on
	 * @return the claims, each to be given to {@link #repaired} or {@link #failed}
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	List<Claim> claim(String flag, int limit, Duration lifetime);

	/**
	 * Marks keys and claims those that nobody may write, for a backfill. The others are
	 * repaired as any marked key: whoever is writing them does not take the mark away.
	 * @param flag the key of the flag
	 * @param keys the keys
	 * @param lifetime how long the copies may write from now on
	 * @return the claims
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	List<Claim> markAndClaim(String flag, List<String> keys, Duration lifetime);

	/**
	 * Ends a claim whose copy was written, or not needed.
	 * @param claim the claim
	 * @return whether the mark is gone; if not, somebody else came and the key is
	 * repaired again
	 * @throws MarkUnavailableException as {@link #finish}
	 */
	boolean repaired(Claim claim);

	/**
	 * Ends a claim whose copy failed.
	 * @param claim the claim
	 * @param started whether the write of the copy was started
	 * @param retryIn how long the key waits, or {@code null} to park it
	 * @param counted whether the failure counts as an attempt
	 * @throws MarkUnavailableException as {@link #finish}
	 */
	void failed(Claim claim, boolean started, @Nullable Duration retryIn, boolean counted);

	/**
	 * How many marks there are.
	 * @param flag the key of the flag
	 * @return the counts
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	MarkCounts counts(String flag);

	/**
	 * Lets parked keys be repaired again.
	 * @param flag the key of the flag
	 * @return how many there were
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	int retryParked(String flag);

	/**
	 * Removes all marks and registrations of a flag: a forced change of authority, off
	 * and complete make them void.
	 * @param flag the key of the flag
	 * @return how many marks there were
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	int voidAll(String flag);

	/**
	 * Removes the marks without a key whose operations were over some time ago: all that
	 * they may have written has been copied or verified since.
	 * @param flag the key of the flag
	 * @param ago how long ago they had to be over
	 * @return how many there were
	 * @throws MarkUnavailableException if the store is out of reach
	 */
	default int voidUnknown(String flag, Duration ago) {
		return 0;
	}

	/**
	 * Tells when an operation of this process ends and leaves a mark behind, so that it
	 * is repaired at once. A store that cannot tell never calls.
	 * @param listener gets the key of the flag, on the thread of the operation; must
	 * neither throw nor wait
	 */
	default void onMarkLeft(Consumer<String> listener) {
	}

	/**
	 * Ends what was left for later, and lets go of connections and threads.
	 */
	@Override
	void close();

}
