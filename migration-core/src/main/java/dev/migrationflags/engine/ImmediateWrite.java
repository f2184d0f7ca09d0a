package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.SkipReason;
import org.jspecify.annotations.Nullable;

/**
 * At once, on the caller's thread and in the caller's transaction, whose end shows both
 * writes to others.
 */
final class ImmediateWrite implements SecondWrite {

	private final SecondaryWrites outcomes;

	private final CallerTransactions transactions;

	private final long deadlineNanos;

	ImmediateWrite(SecondaryWrites outcomes, CallerTransactions transactions) {
		this.outcomes = outcomes;
		this.transactions = transactions;
		this.deadlineNanos = outcomes.spec().settings().write().deadline().toNanos();
	}

	@Override
	public void write(Call call, MigrationStage stage, @Nullable Object value, long start, long end, OpenWrite write) {
		MigrationOrigin side = stage.authority().other();
		if (end - start >= this.deadlineNanos) {
			this.outcomes.skipped(SkipReason.DEADLINE);
		}
		else if (this.outcomes.allows(side)) {
			Attempt attempt = Isolated.attempt(side, call.mirror(side, value));
			long now = System.nanoTime();
			this.outcomes.ended(stage, attempt, now - end, now);
		}
		if (!this.transactions.defer(manager(stage), write)) {
			write.over();
		}
	}

	private @Nullable String manager(MigrationStage stage) {
		return this.outcomes.spec().managers().of(stage.authority());
	}

}
