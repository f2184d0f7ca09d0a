package dev.migrationflags;

/**
 * Hears of every mismatch. Called on a thread of the framework's own, never on a
 * caller's; one that throws is warned about, one that hangs costs reports, never a call.
 */
@FunctionalInterface
public interface MismatchListener {

	/**
	 * The two sides have given different results.
	 * @param mismatch what is known about it
	 */
	void onMismatch(Mismatch mismatch);

}
