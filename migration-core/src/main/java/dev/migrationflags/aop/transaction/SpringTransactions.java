package dev.migrationflags.aop.transaction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.CallerTransactions;
import dev.migrationflags.engine.PinScope;
import dev.migrationflags.engine.Pins;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Follows the transactions of each thread as their managers tell of them. The
 * synchronizations of a thread would not do: there is one set of them, that of the
 * innermost transaction, so with two managers they fire when the inner one has committed
 * and the outer may still roll back. They have to do for managers that do not tell.
 */
public final class SpringTransactions implements CallerTransactions, PinScope {

	/**
	 * Innermost first. Empty between transactions, so that a thread which outlives the
	 * application keeps no class of it.
	 */
	private final ThreadLocal<@Nullable Deque<TransactionFrame>> frames = new ThreadLocal<>();

	private final Set<String> telling = ConcurrentHashMap.newKeySet();

	private volatile boolean allTell = true;

	@Override
	public boolean defer(@Nullable String manager, Deferred write) {
		List<TransactionFrame> counting = counting(manager);
		if (counting.isEmpty()) {
			return false;
		}
		Waiting waiting = new Waiting(write, counting.size());
		counting.forEach((frame) -> frame.add(waiting));
		return true;
	}

	@Override
	public boolean isActive(@Nullable String manager) {
		return !counting(manager).isEmpty();
	}

	@Override
	public void written(Flag flag, @Nullable MigrationContext context, MigrationStage stage, @Nullable String manager) {
		List<TransactionFrame> counting = counting(manager);
		if (!counting.isEmpty()) {
			counting.forEach((frame) -> frame.written(flag, context, stage));
		}
	}

	@Override
	public boolean hasWritten(Flag flag) {
		Deque<TransactionFrame> frames = active();
		if (frames != null) {
			for (TransactionFrame frame : innermost(frames)) {
				if (frame.hasWritten(flag)) {
					return true;
				}
			}
		}
		return false;
	}

	@Override
	public @Nullable MigrationStage writtenAt(Flag flag, @Nullable MigrationContext context) {
		Deque<TransactionFrame> frames = active();
		if (frames != null) {
			for (TransactionFrame frame : innermost(frames)) {
				MigrationStage stage = frame.writtenAt(flag, context);
				if (stage != null) {
					return stage;
				}
			}
		}
		return null;
	}

	/**
	 * One set of pins for a transaction and whatever runs inside of it.
	 */
	@Override
	public @Nullable Pins current() {
		Deque<TransactionFrame> frames = active();
		return (frames != null) ? frames.getLast().pins() : null;
	}

	/**
	 * The transactions that decide about a write.
	 */
	private List<TransactionFrame> counting(@Nullable String manager) {
		Deque<TransactionFrame> frames = active();
		if (frames == null) {
			return List.of();
		}
		List<TransactionFrame> innermost = innermost(frames);
		if (manager == null || !this.telling.contains(manager)) {
			return innermost;
		}
		for (TransactionFrame frame : innermost) {
			if (manager.equals(frame.manager())) {
				return List.of(frame);
			}
		}
		// that of the only manager, begun by somebody else
		return (this.allTell && this.telling.size() == 1) ? innermost : List.of();
	}

	/**
	 * The innermost transaction of each manager; outer ones of the same are suspended.
	 */
	private static List<TransactionFrame> innermost(Deque<TransactionFrame> frames) {
		if (frames.size() == 1) {
			return List.of(frames.getFirst());
		}
		List<TransactionFrame> innermost = new ArrayList<>(frames.size());
		Set<@Nullable String> managers = new HashSet<>();
		for (TransactionFrame frame : frames) {
			if (managers.add(frame.manager())) {
				innermost.add(frame);
			}
		}
		return innermost;
	}

	/**
	 * The transactions of this thread, or {@code null} if none is active here and now:
	 * one may be suspended.
	 */
	private @Nullable Deque<TransactionFrame> active() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			return null;
		}
		Deque<TransactionFrame> frames = known();
		if (frames.isEmpty() && TransactionSynchronizationManager.isSynchronizationActive()) {
			// of a manager that does not tell
			push(new TransactionFrame(null, null), true);
		}
		return frames.isEmpty() ? null : frames;
	}

	private Deque<TransactionFrame> known() {
		Deque<TransactionFrame> frames = this.frames.get();
		if (frames == null) {
			frames = new ArrayDeque<>(4);
			this.frames.set(frames);
		}
		while (!frames.isEmpty() && frames.getFirst().isForgotten()) {
			frames.removeFirst().end(Outcome.UNKNOWN);
		}
		return frames;
	}

	private void push(TransactionFrame frame, boolean silent) {
		push(frame);
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new FrameSynchronization(this, frame, silent));
		}
	}

	void push(TransactionFrame frame) {
		known().push(frame);
	}

	boolean remove(TransactionFrame frame) {
		return known().remove(frame);
	}

	/**
	 * A manager will tell of its transactions.
	 */
	void tells(String manager) {
		this.telling.add(manager);
	}

	/**
	 * A manager will not tell of its transactions.
	 */
	void doesNotTell() {
		this.allTell = false;
	}

	/**
	 * A transaction has begun. A part of one, since a savepoint, is none: the
	 * synchronizations tell of savepoints.
	 */
	void begun(String manager, TransactionExecution execution) {
		if (execution.isNewTransaction()) {
			push(new TransactionFrame(manager, execution), false);
		}
	}

	void committing(TransactionExecution execution, @Nullable Object resource) {
		TransactionFrame frame = frame(execution);
		if (frame != null) {
			frame.committing(resource);
		}
	}

	void ended(TransactionExecution execution, Outcome outcome) {
		TransactionFrame frame = frame(execution);
		if (frame != null) {
			ended(frame, outcome);
		}
	}

	void ended(TransactionFrame frame, Outcome outcome) {
		if (remove(frame)) {
			frame.end(outcome);
		}
	}

	private @Nullable TransactionFrame frame(TransactionExecution execution) {
		for (TransactionFrame frame : known()) {
			if (frame.is(execution)) {
				return frame;
			}
		}
		return null;
	}

}
