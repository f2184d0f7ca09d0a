package dev.migrationflags.engine;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
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

	WriteOperation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			SecondaryWrites outcomes, SecondWrite second, RecentWrites recent, CallerTransactions transactions) {
		super(spec, stages, reports, meters);
		this.outcomes = outcomes;
		this.second = second;
		this.recent = recent;
		this.transactions = transactions;
	}

	@Override
	@Nullable Object execute(Call call, Decision decision) throws Throwable {
		MigrationStage stage = decision.stage();
		if (!stage.writesBoth()) {
			return alone(call, decision);
		}
		MigrationOrigin side = stage.authority();
		OpenWrite write = new OpenWrite(decision, this.recent.announce(call));
		long begin = System.nanoTime();
		Object value;
		try {
			value = call.run(side);
		}
		catch (Throwable ex) {
			meters().failure(stage, side, ex, System.nanoTime() - begin);
			write.over();
			throw ex;
		}
		long end = System.nanoTime();
		writeSecond(call, stage, value, decision.start(begin), end, write);
		// afterwards, so that the end of one side can be the start of the other
		meters().success(stage, side, end - begin, end);
		return value;
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

	private void writeSecond(Call call, MigrationStage stage, @Nullable Object value, long start, long end,
			OpenWrite write) {
		try {
			write.returned(value);
			this.second.write(call, stage, value, start, end, write);
		}
		catch (Throwable ex) {
			write.over();
			this.outcomes.failed(ex);
		}
	}

}
