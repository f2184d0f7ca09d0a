package dev.migrationflags;

import java.time.Instant;
import java.util.Locale;

/**
 * A guardrail has done something, or wanted to. Published as an event of the application,
 * on a thread of the guardrail; a step back is published as a {@link StageChangedEvent}
 * as well.
 *
 * @param flag the key of the flag
 * @param stage the base stage when the guardrail looked
 * @param action what it has done
 * @param reason what it has seen
 * @param time when
 */
public record GuardrailEvent(String flag, MigrationStage stage, Action action, String reason, Instant time) {

	/**
	 * What a guardrail does.
	 */
	public enum Action {

		/**
		 * The flag has gone one stage back.
		 */
		STEPPED_BACK,

		/**
		 * A step back was called for, but is not safe, or not allowed; the reason tells
		 * why. People have to decide.
		 */
		REFUSED,

		/**
		 * Reads leave the second side, which is the new one, out on this node.
		 */
		STOPPED,

		/**
		 * Reads run the second side again.
		 */
		RESUMED;

		private final String key = name().toLowerCase(Locale.ROOT);

		/**
		 * The value of the tag {@code action}.
		 * @return the name in lower case
		 */
		public String key() {
			return this.key;
		}

	}

}
