package dev.migrationflags.engine;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.Follower.End;
import dev.migrationflags.engine.Follower.Flight;

/**
 * Subscribes to one side with the caller's context, and asks for all that it has. What
 * comes after a cancellation is dropped.
 */
final class SideSubscriber implements CoreSubscriber<Object>, Flight {

	private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

	private final MigrationOrigin side;

	private final Context context;

	private final Values values;

	private final End end;

	SideSubscriber(MigrationOrigin side, Context context, Values values, End end) {
		this.side = side;
		this.context = context;
		this.values = values;
		this.end = end;
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		if (this.subscription.compareAndSet(null, subscription)) {
			subscription.request(Long.MAX_VALUE);
		}
		else {
			subscription.cancel();
		}
	}

	@Override
	public void onNext(Object value) {
		this.values.next(value);
	}

	@Override
	public void onError(Throwable error) {
		if (over() != Operators.cancelledSubscription()) {
			this.end.ended(Attempt.threw(this.side, error));
		}
	}

	@Override
	public void onComplete() {
		if (over() != Operators.cancelledSubscription()) {
			this.end.ended(Attempt.returned(this.side, this.values.all()));
		}
	}

	@Override
	public void cancel() {
		Subscription subscription = over();
		if (subscription != null) {
			subscription.cancel();
		}
	}

	private @Nullable Subscription over() {
		return this.subscription.getAndSet(Operators.cancelledSubscription());
	}

	/**
	 * What becomes of the values; used by one thread at a time.
	 */
	interface Values {

		void next(Object value);

		/**
		 * What stands for all of them.
		 */
		@Nullable Object all();

	}

}
