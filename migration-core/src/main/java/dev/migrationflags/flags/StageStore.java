package dev.migrationflags.flags;

import java.util.List;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps where the flags are, for this process or for all nodes. Safe for use by several
 * threads.
 */
public interface StageStore {

	/**
	 * With what a refusal begins that repair may take away.
	 */
	String BACKLOG = "backlog: ";

	/**
	 * Whether a restart remembers.
	 * @return whether it does
	 */
	boolean isDurable();

	/**
	 * Where a flag is: read from the store, not remembered.
	 * @param flag the key of the flag
	 * @return its stage and epochs
	 * @throws IllegalStateException if the store is out of reach
	 */
	Kept read(String flag);

	/**
	 * The last changes of a flag, on whichever node.
	 * @param flag the flag
	 * @return a bounded number, newest first
	 * @throws IllegalStateException if the store is out of reach
	 */
	List<StageChangedEvent> changes(Flag flag);

	/**
	 * Announces to all nodes that the authority of a flag is about to change.
	 * @param flag the flag
	 * @param epoch where the flag has to be
	 * @return the hold, to be closed
	 * @throws IllegalStateException if the store is out of reach, the flag is elsewhere,
	 * or somebody else has announced a change; the message says so
	 */
	NodesHold hold(Flag flag, long epoch);

	/**
	 * Keeps a change, if the flag is still where the change begins.
	 * @param flag the flag
	 * @param change the change; its epoch is the next one
	 * @param hold the hold under which the authority changes, or {@code null} if it does
	 * not, or need not be held
	 * @return why it was not kept, or {@code null} if it was
	 * @throws IllegalStateException if the store is out of reach, and has not kept it
	 */
	@Nullable String change(Flag flag, StageChangedEvent change, @Nullable NodesHold hold);

	/**
	 * Which other nodes may still work with an earlier stage of a flag.
	 * @param flag the flag
	 * @return the nodes and what to do, in words, or {@code null} if there are none
	 */
	default @Nullable String lagging(Flag flag) {
		return null;
	}

	/**
	 * Tells of what other nodes do. Called once.
	 * @param node is told, on any thread
	 */
	default void attend(Node node) {
	}

	/**
	 * This node, as the store sees it.
	 */
	interface Node {

		/**
		 * Another node has moved a flag, and this one has followed.
		 * @param change the change
		 */
		void changed(StageChangedEvent change);

		/**
		 * Another node is about to change the authority of a flag: what was left for
		 * later is to be done.
		 * @param flag the flag
		 */
		void settle(Flag flag);

	}

	/**
	 * Where a flag is.
	 *
	 * @param stage the base stage
	 * @param epoch the number of the last change
	 * @param authorityEpoch the number of the change since which the authority is what it
	 * is; an operation that was pinned at an earlier one must not write
	 */
	record Kept(MigrationStage stage, long epoch, long authorityEpoch) {
	}

	/**
	 * An announced change of authority.
	 */
	interface NodesHold extends AutoCloseable {

		/**
		 * When the hold begins, on all nodes at once.
		 * @return a time in terms of {@link System#nanoTime()}, maybe in the past
		 */
		long begins();

		/**
		 * Which other nodes do not hold yet, or have calls in flight.
		 * @return the nodes, in words, or {@code null} if all of them are ready
		 */
		@Nullable String missing();

		/**
		 * Ends the hold on all nodes, unless the change has ended it.
		 */
		@Override
		void close();

	}

}
