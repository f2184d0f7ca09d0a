package dev.migrationflags.engine;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.comparison.ElementsCapture;

/**
 * Follows a {@code Flux}, which it subscribes to. Its elements are kept for a comparison,
 * within the limit, or not at all.
 */
final class FluxFollower implements Follower {

	private final Context context;

	private volatile @Nullable Supplier<ElementsCapture> captures;

	FluxFollower(ContextView context) {
		this.context = Context.of(context);
	}

	/**
	 * Keeps the elements, of what is followed from now on.
	 */
	void keep(Supplier<ElementsCapture> captures) {
		this.captures = captures;
	}

	@Override
	public Flight follow(MigrationOrigin side, @Nullable Object result, End end) {
		Supplier<ElementsCapture> captures = this.captures;
		SideSubscriber subscriber = new SideSubscriber(side, this.context,
				new Elements((captures != null) ? captures.get() : null), end);
		Fluxes.flux(result).subscribe(subscriber);
		return subscriber;
	}

	private record Elements(@Nullable ElementsCapture capture) implements SideSubscriber.Values {

		@Override
		public void next(Object value) {
			if (this.capture != null) {
				this.capture.add(value);
			}
		}

		@Override
		public @Nullable Object all() {
			return (this.capture != null) ? this.capture.captured() : null;
		}

	}

}
