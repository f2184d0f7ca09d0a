package dev.migrationflags.aop.transaction;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.engine.CallerTransactions.Deferred;
import dev.migrationflags.flags.Flag;
import org.springframework.transaction.TransactionExecution;

/**
 * One transaction, or the part of one since a savepoint, on one thread.
 */
final class TransactionFrame {

	private final String manager;

	private final TransactionExecution execution;

	private final List<Waiting> waiting = new ArrayList<>(2);

	private final List<Flag> written = new ArrayList<>(1);

	private final Map<Object, Integer> savepoints = new IdentityHashMap<>(0);

	private boolean synchronizedWithSavepoints;

	TransactionFrame(String manager, TransactionExecution execution) {
		this.manager = manager;
		this.execution = execution;
	}

	String manager() {
		return this.manager;
	}

	boolean is(TransactionExecution execution) {
		return this.execution == execution;
	}

	boolean isSavepoint() {
		return this.execution.isNested() && !this.execution.isNewTransaction();
	}

	void add(Waiting write) {
		this.waiting.add(write);
	}

	List<Waiting> waiting() {
		return this.waiting;
	}

	void written(Flag flag) {
		if (!this.written.contains(flag)) {
			this.written.add(flag);
		}
	}

	boolean hasWritten(Flag flag) {
		return this.written.contains(flag);
	}

	/**
	 * What was written in a part of this transaction was written in this transaction.
	 */
	void absorb(TransactionFrame part) {
		this.waiting.addAll(part.waiting);
		part.written.forEach(this::written);
	}

	boolean synchronizeWithSavepoints() {
		boolean first = !this.synchronizedWithSavepoints;
		this.synchronizedWithSavepoints = true;
		return first;
	}

	void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.waiting.size());
	}

	/**
	 * Rolls back to a savepoint; one that is not known is older than every write here.
	 */
	void rollBackTo(Object savepoint) {
		int size = this.savepoints.getOrDefault(savepoint, 0);
		List<Waiting> gone = new ArrayList<>(this.waiting.subList(size, this.waiting.size()));
		this.waiting.subList(size, this.waiting.size()).clear();
		gone.forEach((write) -> write.deferred().rolledBack());
	}

	/**
	 * A write that waits for the end of this transaction.
	 *
	 * @param deferred the write
	 * @param forAll whether it waits for all active transactions, not only for this one
	 */
	record Waiting(Deferred deferred, boolean forAll) {
	}

}
