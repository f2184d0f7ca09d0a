package dev.migrationflags.flags;

import java.time.Duration;

/**
 * Writes durations for people.
 */
public final class TimeInWords {

	private TimeInWords() {
	}

	/**
	 * Writes a duration, such as {@code 2 s}, {@code 250 ms} or {@code 5 min}.
	 * @param duration the duration
	 * @return it, in the largest unit of which it is a whole number, exact to the
	 * millisecond
	 */
	public static String of(Duration duration) {
		long millis = duration.toMillis();
		if (millis % 1000 != 0) {
			return millis + " ms";
		}
		long seconds = millis / 1000;
		if (seconds == 0 || seconds % 60 != 0) {
			return seconds + " s";
		}
		return (seconds % 3600 != 0) ? seconds / 60 + " min" : seconds / 3600 + " h";
	}

}
