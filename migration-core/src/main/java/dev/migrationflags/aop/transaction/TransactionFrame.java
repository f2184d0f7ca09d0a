package dev.migrationflags.aop.transaction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Pins;
import dev.migrationflags.engine.Subject;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;

/**
 * One transaction on one thread.
 */
final class TransactionFrame {

	private static final int SUBJECTS = 1000;

	private final @Nullable String manager;

	private final @Nullable TransactionExecution execution;

	private final List<Waiting> waiting = new ArrayList<>(2);

	private final Map<Object, Integer> savepoints = new IdentityHashMap<>(1);

	/**
	 * The stage of the first write, by flag and, up to a limit, by subject.
	 */
	private final Map<Object, MigrationStage> written = new HashMap<>(2);

	private @Nullable Pins pins;

	private boolean doomed;

	private boolean flushed;

	/**
	 * Creates a transaction.
	 * @param manager the bean name of its manager, or {@code null} if that does not tell
	 * @param execution the transaction, or {@code null} likewise
	 */
	TransactionFrame(@Nullable String manager, @Nullable TransactionExecution execution) {
		this.manager = manager;
		this.execution = execution;
	}

	@Nullable String manager() {
		return this.manager;
	}

	boolean is(@Nullable TransactionExecution execution) {
		return this.execution == execution;
	}

	/**
	 * Whether its manager has let go of this transaction without telling how it ended.
	 */
	boolean isForgotten() {
		return this.execution != null && this.execution.isCompleted();
	}

	Pins pins() {
		if (this.pins == null) {
			this.pins = new Pins();
		}
		return this.pins;
	}

	void add(Waiting write) {
		this.waiting.add(write);
	}

	void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage) {
		this.written.putIfAbsent(flag, stage);
		if (context != null && this.written.size() < SUBJECTS) {
			this.written.putIfAbsent(Subject.of(flag, context), stage);
		}
	}

	boolean hasWritten(Flag flag) {
		return this.written.containsKey(flag);
	}

	@Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
		if (this.written.isEmpty()) {
			return null;
		}
		return this.written.get((context != null) ? Subject.of(flag, context) : flag);
	}

	void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.waiting.size());
	}

	void rollBackTo(Object savepoint) {
		Integer size = this.savepoints.get(savepoint);
		if (size != null && size < this.waiting.size()) {
			List<Waiting> since = this.waiting.subList(size, this.waiting.size());
			List<Waiting> gone = List.copyOf(since);
			since.clear();
			gone.forEach((write) -> write.ended(Outcome.ROLLED_BACK));
		}
	}

	/**
	 * The commit begins, maybe of a transaction that can only roll back.
	 * @param resource what its manager has bound to the thread
	 */
	void committing(@Nullable Object resource) {
		this.doomed = this.execution != null && this.execution.isRollbackOnly();
		if (!this.waiting.isEmpty() && !this.doomed) {
			HibernateCommit.watch(resource, () -> this.flushed = true);
		}
	}

	/**
	 * The transaction is over.
	 * @throws RuntimeException if the caller of the commit has to know about a write that
	 * stands
	 */
	void end(Outcome outcome) {
		Outcome real = real(outcome);
		this.waiting.forEach((write) -> write.ended(real));
		RuntimeException answer = null;
		for (Waiting write : this.waiting) {
			RuntimeException each = write.answer();
			if (answer == null) {
				answer = each;
			}
			else if (each != null) {
				answer.addSuppressed(each);
			}
		}
		if (answer != null) {
			throw answer;
		}
	}

	private Outcome real(Outcome outcome) {
		return switch (outcome) {
			case COMMITTED -> Outcome.COMMITTED;
			case ROLLED_BACK -> this.flushed ? Outcome.UNKNOWN : Outcome.ROLLED_BACK;
			case UNKNOWN -> this.doomed ? Outcome.ROLLED_BACK : Outcome.UNKNOWN;
		};
	}

}
