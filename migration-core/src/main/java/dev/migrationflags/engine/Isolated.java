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
		restore(interrupted, attempt);
		return attempt;
	}

	static Attempt attempt(MigrationOrigin side, Call.SideCall call) {
		boolean interrupted = Thread.currentThread().isInterrupted();
		Attempt attempt;
		try {
			attempt = Attempt.returned(side, call.run());
		}
		catch (Throwable ex) {
			attempt = Attempt.threw(side, ex);
		}
		restore(interrupted, attempt);
		return attempt;
	}

	private static void restore(boolean interrupted, Attempt attempt) {
		if (interrupted || (attempt.error() != null && causedByInterrupt(attempt.error()))) {
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
