package dev.migrationflags.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;

/**
 * What came of running one side.
 *
 * @param side the side
 * @param value what it returned
 * @param error what it threw, or {@code null} if it returned
 */
record Attempt(MigrationOrigin side, @Nullable Object value, @Nullable Throwable error) {

	static Attempt returned(MigrationOrigin side, @Nullable Object value) {
		return new Attempt(side, value, null);
	}

	static Attempt threw(MigrationOrigin side, Throwable error) {
		return new Attempt(side, null, error);
	}

	boolean failed() {
		return this.error != null;
	}

	/**
	 * Whether the side was cancelled: that is neither a success nor a failure of it.
	 */
	boolean cancelled() {
		return this.error instanceof CancellationException;
	}

	/**
	 * The same with the exception itself, without the one in which a
	 * {@link java.util.concurrent.CompletableFuture} wraps it on its way through
	 * dependent stages: what is measured and compared must not depend on their number.
	 */
	Attempt unwrapped() {
		if (this.error == null || this.error.getClass() != CompletionException.class) {
			return this;
		}
		Throwable cause = this.error.getCause();
		return (cause != null) ? threw(this.side, cause) : this;
	}

	void record(OperationMeters meters, MigrationStage stage, long nanos) {
		record(meters, stage, nanos, System.nanoTime());
	}

	/**
	 * Records what came of the side.
	 * @param now the time, of {@link System#nanoTime()}, where it is at hand
	 */
	void record(OperationMeters meters, MigrationStage stage, long nanos, long now) {
		if (this.error != null) {
			meters.failure(stage, this.side, this.error, nanos);
		}
		else {
			meters.success(stage, this.side, nanos, now);
		}
	}

	/**
	 * Records an authoritative side whose result came later.
	 */
	void recordAuthority(OperationMeters meters, MigrationStage stage, long nanos) {
		if (!cancelled()) {
			unwrapped().record(meters, stage, nanos);
		}
	}

	/**
	 * Gives the caller what the side gave: its value, or its exception itself.
	 */
	@Nullable Object unwrap() throws Throwable {
		if (this.error != null) {
			throw this.error;
		}
		return this.value;
	}

}
