package dev.migrationflags.aop.transaction;

import java.util.EnumSet;
import java.util.Set;

import dev.migrationflags.engine.CallerTransactions.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits for the end of the transaction of which it is part, or, if that
 * cannot be told, of all that were active. If one of these commits and another one does
 * not, nobody knows what became of the write.
 */
final class Waiting {

	private final Deferred write;

	private final Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);

	private int open;

	private boolean committed;

	Waiting(Deferred write, int transactions) {
		this.write = write;
		this.open = transactions;
	}

	/**
	 * What the caller of the last commit gets.
	 */
	@Nullable RuntimeException answer() {
		return this.committed ? this.write.answer() : null;
	}

	/**
	 * One of the transactions has ended.
	 */
	void ended(Outcome outcome) {
		this.outcomes.add(outcome);
		this.open--;
		if (this.open > 0) {
			return;
		}
		if (this.outcomes.size() > 1 || outcome == Outcome.UNKNOWN) {
			this.write.unknown();
		}
		else if (outcome == Outcome.COMMITTED) {
			this.committed = true;
			this.write.committed();
		}
		else {
			this.write.rolledBack();
		}
	}

}
