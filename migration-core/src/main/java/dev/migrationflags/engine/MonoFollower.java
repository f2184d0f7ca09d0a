package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.migrationflags.MigrationOrigin;

/**
 * Follows a {@code Mono}, which it subscribes to.
 */
final class MonoFollower implements Follower {

	private final Context context;

	MonoFollower(ContextView context) {
		this.context = Context.of(context);
	}

	@Override
	public Flight follow(MigrationOrigin side, @Nullable Object result, End end) {
		SideSubscriber subscriber = new SideSubscriber(side, this.context, new Single(), end);
		Monos.mono(result).subscribe(subscriber);
		return subscriber;
	}

	private static final class Single implements SideSubscriber.Values {

		private @Nullable Object value;

		@Override
		public void next(Object value) {
			this.value = value;
		}

		@Override
		public @Nullable Object all() {
			return this.value;
		}

	}

}
