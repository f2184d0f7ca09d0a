package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;

/**
 * Follows a {@link CompletableFuture}.
 */
final class FutureFollower implements Follower {

	static final FutureFollower INSTANCE = new FutureFollower();

	private FutureFollower() {
	}

	@Override
	public Flight follow(MigrationOrigin side, @Nullable Object result, End end) {
		if (!(result instanceof CompletableFuture<?> future)) {
			// null: nothing will come
			end.ended(Attempt.returned(side, null));
			return () -> {
			};
		}
		future.whenComplete((value, error) -> end
			.ended((error != null) ? Attempt.threw(side, error) : Attempt.returned(side, value)));
		return () -> future.cancel(true);
	}

}
