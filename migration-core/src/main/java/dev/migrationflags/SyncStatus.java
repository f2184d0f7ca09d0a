package dev.migrationflags;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How far a backfill or a verification is.
 *
 * @param kind what runs or ran last, or {@code null} if nothing ever did
 * @param state whether it runs, and how it ended
 * @param done how many keys were looked at
 * @param total how many there are, or {@code null} if unknown
 * @param rate keys per second, on average since it was started or went on
 * @param differences how many keys differed: copied by a backfill, found by a
 * verification
 */
public record SyncStatus(@Nullable Kind kind, State state, long done, @Nullable Long total, double rate,
		long differences) {

	/**
	 * Nothing was ever started.
	 */
	public static final SyncStatus IDLE = new SyncStatus(null, State.IDLE, 0, null, 0, 0);

	/**
	 * What is done with each key.
	 */
	public enum Kind {

		/**
		 * The leading side is copied to the other.
		 */
		BACKFILL,

		/**
		 * The two sides are compared.
		 */
		VERIFICATION;

		/**
		 * The name for dashboards and endpoints.
		 * @return the name in lower case
		 */
		public String key() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * Whether it runs, and how it ended.
	 */
	public enum State {

		/**
		 * Nothing was ever started.
		 */
		IDLE,

		/**
		 * It runs, here or on another node, or will go on when a node takes it up.
		 */
		RUNNING,

		/**
		 * It went through all keys.
		 */
		DONE,

		/**
		 * It could not go on.
		 */
		FAILED,

		/**
		 * Somebody stopped it.
		 */
		CANCELLED,

		/**
		 * It means nothing any more, since the stage has changed class.
		 */
		VOID;

		/**
		 * The name for dashboards and endpoints.
		 * @return the name in lower case
		 */
		public String key() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
