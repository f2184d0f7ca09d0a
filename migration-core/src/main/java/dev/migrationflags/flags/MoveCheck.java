package dev.migrationflags.flags;

import org.jspecify.annotations.Nullable;

/**
 * One thing that has to be right before a flag may move. Called while the flag is locked
 * against other moves: has to be quick.
 */
public interface MoveCheck {

	/**
	 * The name of the check, as in the readiness of the endpoint.
	 * @return the name
	 */
	String name();

	/**
	 * Why a move must not happen.
	 * @param move the move
	 * @return the reason with what to do instead, or {@code null} if it may
	 */
	@Nullable String refusal(Move move);

	/**
	 * What is shown of this check, refused or not.
	 * @param move the move to the next stage
	 * @return what was found; {@code null} to show nothing
	 */
	default Readiness.@Nullable Check show(Move move) {
		String refusal = refusal(move);
		return new Readiness.Check(name(), refusal == null, true, (refusal != null) ? refusal : "nothing against it");
	}

}
