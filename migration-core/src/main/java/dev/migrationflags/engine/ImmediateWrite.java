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
	public @Nullable RuntimeException write(Call call, MigrationStage stage, @Nullable Object value, long start,
			long end, OpenWrite write) {
		MigrationOrigin side = stage.authority().other();
		String manager = this.outcomes.spec().managers().of(stage.authority());
		if (write.mark() != null && !this.transactions.isActive(manager)) {
			write.stands();
		}
		if (end - start >= this.deadlineNanos) {
			this.outcomes.skipped(SkipReason.DEADLINE, write);
		}
		else if (this.outcomes.allows(side, write)) {
			Throwable error = Isolated.error(call.mirror(side, value));
			long now = System.nanoTime();
			write.secondEnded(error);
			this.outcomes.ended(stage, side, error, now - end, now, write);
		}
		if (this.transactions.defer(manager, write)) {
			return null;
		}
		write.committed();
		return write.answer();
	}

}
