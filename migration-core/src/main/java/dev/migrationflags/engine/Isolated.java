package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;

/**
 * Runs a secondary side on the caller's thread so that nothing of it reaches the caller:
 * no exception, no {@code Error}, and no interrupt that it has consumed.
 */
final class Isolated {

	private static final int MAX_CAUSES = 16;

	private Isolated() {
	}

	static Attempt attempt(MigrationOrigin side, Call call) {
		boolean interrupted = Thread.currentThread().isInterrupted();
		Attempt attempt;
		try {
			attempt = Attempt.returned(side, call.run(side));
		}
		catch (Throwable ex) {
			attempt = Attempt.threw(side, ex);
		}
		restore(interrupted, attempt.error());
		return attempt;
	}

	/**
	 * Runs a side whose value nobody wants.
	 * @return what it has thrown, or {@code null}
	 */
	static @Nullable Throwable error(Call.SideCall call) {
		boolean interrupted = Thread.currentThread().isInterrupted();
		Throwable error = null;
		try {
			call.run();
		}
		catch (Throwable ex) {
			error = ex;
		}
		restore(interrupted, error);
		return error;
	}

	private static void restore(boolean interrupted, @Nullable Throwable error) {
		if (interrupted || (error != null && causedByInterrupt(error))) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean causedByInterrupt(Throwable error) {
		try {
			@Nullable Throwable cause = error;
			for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
				if (cause instanceof InterruptedException) {
					return true;
				}
				cause = cause.getCause();
			}
		}
		catch (Throwable ex) {
			// an exception of the secondary's own making may throw when it is asked
		}
		return false;
	}

}
