package dev.migrationflags.engine;

import java.util.concurrent.TimeoutException;

import dev.migrationflags.MarkUnavailableException;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.mark.NotCurrentException;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.flags.Decision;
import org.jspecify.annotations.Nullable;

/**
 * A write: the authoritative side first, then, from dualwrite to rampdown, the other. If
 * the authoritative side throws, the other is not touched.
 */
final class WriteOperation extends Operation {

	private final SecondaryWrites outcomes;

	private final SecondWrite second;

	private final RecentWrites recent;

	private final CallerTransactions transactions;

	private final @Nullable WriteMarks marks;

	private final @Nullable OperationSpec strict;

	WriteOperation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			SecondaryWrites outcomes, SecondWrite second, RecentWrites recent, CallerTransactions transactions,
			@Nullable WriteMarks marks) {
		super(spec, stages, reports, meters);
		this.outcomes = outcomes;
		this.second = second;
		this.recent = recent;
		this.transactions = transactions;
		this.marks = marks;
		this.strict = spec.isStrict() ? spec : null;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		if (!decision.stage().writesBoth()) {
			return alone(call, decision);
		}
		if (this.marks != null) {
			return marked(this.marks, call, decision);
		}
		OpenWrite write = open(call, decision);
		long begin = System.nanoTime();
		return both(call, decision, write, begin, begin);
	}

	private OpenWrite open(Call call, Decision decision) {
		return new OpenWrite(decision, this.recent.announce(call), this.strict);
	}

	/**
	 * Marks first. While a change of authority is announced elsewhere the stage is
	 * decided again and again, up to the deadline of the write.
	 */
	private @Nullable Object marked(WriteMarks marks, Call call, Decision first) throws Throwable {
		long begun = System.nanoTime();
		long begin = begun;
		Decision decision = first;
		while (decision.stage().writesBoth()) {
			OpenWrite write = open(call, decision);
			if (marked(marks, call, decision, write, begin)) {
				write.starting();
				return both(call, decision, write, begin, System.nanoTime());
			}
			if (System.nanoTime() - begun >= marks.deadlineNanos()) {
				throw new MarkUnavailableException(marks.flag(),
						new TimeoutException("A change of the stage was announced, and did not come"));
			}
			Await.pause(WriteMarks.WAIT_NANOS);
			begin = System.nanoTime();
			decision = decideAnew(call);
		}
		return alone(call, decision);
	}

	/**
	 * Marks.
	 * @return whether the stage is still current
	 */
	private static boolean marked(WriteMarks marks, Call call, Decision decision, OpenWrite write, long begin) {
		try {
			write.mark(marks.begin(call, decision, begin));
			return true;
		}
		catch (NotCurrentException ex) {
			write.over();
			return false;
		}
		catch (Throwable ex) {
			write.over();
			throw ex;
		}
	}

	/**
	 * Writes both sides.
	 * @param start when the deadline began to run
	 * @param begin the time of now
	 */
	private @Nullable Object both(Call call, Decision decision, OpenWrite write, long start, long begin)
			throws Throwable {
		MigrationStage stage = decision.stage();
		MigrationOrigin side = stage.authority();
		Object value;
		try {
			value = call.run(side);
		}
		catch (Throwable ex) {
			meters().failure(stage, side, ex, System.nanoTime() - begin);
			failed(write, stage, false);
			throw ex;
		}
		long end = System.nanoTime();
		RuntimeException answer = writeSecond(call, stage, value, decision.start(start), end, write);
		// afterwards, so that the end of one side can be the start of the other
		meters().success(stage, side, end - begin, end);
		if (answer != null) {
			throw answer;
		}
		return value;
	}

	/**
	 * The authoritative side has thrown. What it has written before that is there for
	 * others at the end of the transaction, if there is one: until then its keys are not
	 * to be repaired.
	 */
	private void failed(OpenWrite write, MigrationStage stage, boolean counts) {
		boolean waits = false;
		if (write.mark() != null) {
			try {
				waits = this.transactions.defer(spec().managers().of(stage.authority()), new Failed(write, counts));
			}
			catch (Throwable ex) {
				this.outcomes.unnoted(ex);
			}
		}
		if (!waits) {
			write.over();
		}
	}

	private @Nullable Object alone(Call call, Decision decision) throws Throwable {
		try {
			return authoritative(call, decision.stage());
		}
		finally {
			over(decision);
		}
	}

	/**
	 * What is written in a transaction is there for others at its end.
	 */
	private void over(Decision decision) {
		boolean waits = false;
		try {
			waits = this.transactions.hasWritten(spec().flag());
		}
		catch (Throwable ex) {
			this.outcomes.unnoted(ex);
		}
		if (!waits) {
			decision.position().inFlight().leave();
			return;
		}
		OpenWrite write = OpenWrite.alone(decision);
		try {
			waits = this.transactions.defer(spec().managers().of(decision.stage().authority()), write);
		}
		catch (Throwable ex) {
			this.outcomes.unnoted(ex);
			waits = false;
		}
		if (!waits) {
			write.over();
		}
	}

	private @Nullable RuntimeException writeSecond(Call call, MigrationStage stage, @Nullable Object value, long start,
			long end, OpenWrite write) {
		try {
			write.returned(call, value);
			return this.second.write(call, stage, value, start, end, write);
		}
		catch (MarkUnavailableException ex) {
			// the transaction should roll back: if not, one side lacks what is written
			failed(write, stage, true);
			return ex;
		}
		catch (Throwable ex) {
			this.outcomes.failed(ex, write);
			failed(write, stage, false);
			return null;
		}
	}

	/**
	 * A write that goes no further, in a transaction that is not over.
	 */
	private final class Failed implements CallerTransactions.Deferred {

		private final OpenWrite write;

		private final boolean counts;

		Failed(OpenWrite write, boolean counts) {
			this.write = write;
			this.counts = counts;
		}

		@Override
		public void committed() {
			if (this.counts) {
				WriteOperation.this.outcomes.unknown(this.write);
			}
			this.write.over();
		}

		@Override
		public void rolledBack() {
			this.write.over();
		}

		@Override
		public void unknown() {
			committed();
		}

	}

}
