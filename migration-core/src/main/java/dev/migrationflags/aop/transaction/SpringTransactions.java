package dev.migrationflags.aop.transaction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import dev.migrationflags.aop.transaction.TransactionFrame.Waiting;
import dev.migrationflags.engine.CallerTransactions;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Follows the transactions of each thread as their managers tell of them. The
 * synchronizations of a thread would not do: there is one set of them, that of the
 * innermost transaction, so with two managers they fire when the inner one has committed
 * and the outer may still roll back.
 */
public final class SpringTransactions implements CallerTransactions {

	/**
	 * Innermost first. Empty between transactions, so that a thread which outlives the
	 * application keeps no class of it.
	 */
	private final ThreadLocal<@Nullable Deque<TransactionFrame>> frames = new ThreadLocal<>();

	@Override
	public boolean defer(Flag flag, @Nullable String manager, Deferred write) {
		Deque<TransactionFrame> frames = active();
		if (frames == null) {
			return deferUnwatched(write);
		}
		TransactionFrame frame = (manager != null) ? frame(frames, manager) : frames.peekFirst();
		if (frame == null) {
			return false;
		}
		frame.add(new Waiting(write, manager == null));
		if (frame == frames.peekFirst() && TransactionSynchronizationManager.isSynchronizationActive()
				&& frame.synchronizeWithSavepoints()) {
			TransactionSynchronizationManager.registerSynchronization(new Savepoints(frame));
		}
		return true;
	}

	/**
	 * A transaction of a manager that does not tell of its transactions.
	 */
	private static boolean deferUnwatched(Deferred write) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return false;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				switch (status) {
					case STATUS_COMMITTED -> write.committed();
					case STATUS_ROLLED_BACK -> write.rolledBack();
					default -> write.unknown();
				}
			}

		});
		return true;
	}

	@Override
	public void written(Flag flag) {
		Deque<TransactionFrame> frames = active();
		if (frames != null) {
			frames.element().written(flag);
		}
	}

	@Override
	public boolean hasWritten(Flag flag) {
		Deque<TransactionFrame> frames = this.frames.get();
		if (frames == null || frames.isEmpty()) {
			return false;
		}
		for (TransactionFrame frame : frames) {
			if (frame.hasWritten(flag)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The transactions of this thread, or {@code null} if none is active here and now:
	 * one may be suspended.
	 */
	private @Nullable Deque<TransactionFrame> active() {
		Deque<TransactionFrame> frames = this.frames.get();
		return (frames == null || frames.isEmpty() || !TransactionSynchronizationManager.isActualTransactionActive())
				? null : frames;
	}

	private static @Nullable TransactionFrame frame(Deque<TransactionFrame> frames, String manager) {
		for (TransactionFrame frame : frames) {
			if (frame.manager().equals(manager)) {
				return frame;
			}
		}
		return null;
	}

	void begun(String manager, TransactionExecution execution) {
		Deque<TransactionFrame> frames = this.frames.get();
		if (frames == null) {
			frames = new ArrayDeque<>(4);
			this.frames.set(frames);
		}
		frames.push(new TransactionFrame(manager, execution));
	}

	void committed(TransactionExecution execution, boolean certain) {
		TransactionFrame frame = remove(execution);
		if (frame == null) {
			return;
		}
		if (!certain) {
			frame.waiting().forEach((waiting) -> waiting.deferred().unknown());
			return;
		}
		Deque<TransactionFrame> outer = this.frames.get();
		TransactionFrame whole = (frame.isSavepoint() && outer != null) ? frame(outer, frame.manager()) : null;
		if (whole != null) {
			whole.absorb(frame);
			return;
		}
		TransactionFrame next = (outer != null) ? outer.peekFirst() : null;
		for (Waiting waiting : List.copyOf(frame.waiting())) {
			if (waiting.forAll() && next != null) {
				next.add(waiting);
			}
			else {
				waiting.deferred().committed();
			}
		}
	}

	void rolledBack(TransactionExecution execution, boolean certain) {
		TransactionFrame frame = remove(execution);
		if (frame != null) {
			frame.waiting().forEach((waiting) -> {
				if (certain) {
					waiting.deferred().rolledBack();
				}
				else {
					waiting.deferred().unknown();
				}
			});
		}
	}

	private @Nullable TransactionFrame remove(TransactionExecution execution) {
		Deque<TransactionFrame> frames = this.frames.get();
		if (frames == null) {
			return null;
		}
		for (TransactionFrame frame : frames) {
			if (frame.is(execution)) {
				frames.remove(frame);
				return frame;
			}
		}
		return null;
	}

	/**
	 * Savepoints that the application sets by itself.
	 */
	private record Savepoints(TransactionFrame frame) implements TransactionSynchronization {

		@Override
		public void savepoint(Object savepoint) {
			this.frame.savepoint(savepoint);
		}

		@Override
		public void savepointRollback(Object savepoint) {
			this.frame.rollBackTo(savepoint);
		}

	}

}
