package dev.migrationflags.sample.chaos;

import java.util.Locale;

/**
 * How the new sides behave.
 */
public enum Mood {

	/** As they should. */
	HEALTHY,

	/** Every statement and every request takes 300 ms longer. */
	SLOW,

	/** In turns an exception and an {@link Error}; 500 over HTTP. */
	FAILING,

	/**
	 * No answer for five seconds, then an exception; every second time the interrupt that
	 * should end it is ignored.
	 */
	HANGING;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
