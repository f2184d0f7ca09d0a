package dev.migrationflags.flags;

import org.jspecify.annotations.Nullable;

/**
 * Knows what has to be paid before the authority of a flag may change: keys whose two
 * sides may differ. Called on the thread of who moves the flag.
 */
public interface FlipGuard {

	/**
	 * The calls of a flag are held: whatever was left for later has to be done now, as
	 * far as that can be begun here.
	 * @param flag the flag
	 */
	void settle(Flag flag);

	/**
	 * What is left. Asked again and again, up to the time for which calls are held.
	 * @param flag the flag
	 * @return what is left, in words, or {@code null} if nothing is
	 */
	@Nullable String debt(Flag flag);

	/**
	 * The flag has moved all the same, or has moved where debts mean nothing: they are
	 * forgotten.
	 * @param flag the flag
	 */
	void forgive(Flag flag);

}
