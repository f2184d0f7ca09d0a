package dev.migrationflags.engine;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CancellationException;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that is reported. The report ends when the caller has its answer and the
 * secondary side, if it runs elsewhere or later, is over too; whatever comes after its
 * limit is not told.
 */
final class ReportedCall implements Call {

	private static final Logger logger = LoggerFactory.getLogger(ReportedCall.class);

	private static final WarnOnce trouble = new WarnOnce(logger);

	private final Call call;

	private final OperationSpec spec;

	private final OperationReport report;

	private final Set<MigrationOrigin> running = EnumSet.noneOf(MigrationOrigin.class);

	private final Set<MigrationOrigin> returned = EnumSet.noneOf(MigrationOrigin.class);

	private boolean callerWaits = true;

	private boolean secondaryPending;

	private boolean ended;

	private final Results results;

	ReportedCall(Operation operation, Call call, OperationReport report) {
		this.call = call;
		this.spec = operation.spec();
		this.results = operation.results();
		this.report = report;
	}

	/**
	 * The secondary side goes on without the caller.
	 */
	static void secondaryPending(Call call) {
		if (call instanceof ReportedCall reported) {
			synchronized (reported) {
				reported.secondaryPending = true;
			}
		}
	}

	/**
	 * The secondary side is over, or will never run.
	 */
	static void secondaryOver(Call call) {
		if (call instanceof ReportedCall reported) {
			synchronized (reported) {
				reported.secondaryPending = false;
				reported.endIfOver();
			}
		}
	}

	/**
	 * The secondary side has taken longer than it may, and is told to stop.
	 */
	static void timedOut(Call call, MigrationOrigin side) {
		if (call instanceof ReportedCall reported) {
			synchronized (reported) {
				if (reported.running.remove(side)) {
					reported.error(side);
				}
			}
		}
	}

	/**
	 * The results have been compared.
	 */
	static void compared(Call call, Finding finding) {
		if (call instanceof ReportedCall reported) {
			synchronized (reported) {
				if (reported.returned.size() == 2 && (finding.result() == ComparisonResult.MATCH
						|| finding.result() == ComparisonResult.MISMATCH)) {
					reported.tell((report) -> report.compared(finding.result() == ComparisonResult.MATCH));
				}
			}
		}
	}

	/**
	 * The caller has its answer.
	 */
	synchronized void release() {
		this.callerWaits = false;
		endIfOver();
	}

	private void endIfOver() {
		if (!this.callerWaits && !this.secondaryPending && !this.ended) {
			this.running.forEach(this::error);
			tell(OperationReport::end);
			this.ended = true;
		}
	}

	private synchronized void begins(MigrationOrigin side) {
		if (this.running.add(side)) {
			tell((report) -> report.invoked(side));
		}
	}

	/**
	 * A side has ended, unless its time was up before. One that was cancelled has neither
	 * succeeded nor failed.
	 */
	private synchronized void ends(MigrationOrigin side, long nanos, @Nullable Throwable error) {
		if (!this.running.remove(side) || error instanceof CancellationException) {
			return;
		}
		if (this.spec.trackLatency()) {
			tell((report) -> report.latency(side, nanos));
		}
		if (error != null) {
			error(side);
		}
		else {
			this.returned.add(side);
		}
	}

	private void error(MigrationOrigin side) {
		if (this.spec.trackErrors()) {
			tell((report) -> report.error(side));
		}
	}

	private void tell(Fact fact) {
		if (this.ended) {
			return;
		}
		try {
			fact.tell(this.report);
		}
		catch (Throwable ex) {
			trouble.warn("A call of flag '%s' could not be reported".formatted(this.spec.flag().key()), ex);
		}
	}

	@Override
	public MigrationOrigin called() {
		return this.call.called();
	}

	@Override
	public @Nullable Object run(MigrationOrigin side) throws Throwable {
		return reported(side, () -> this.call.run(side)).run();
	}

	@Override
	public SideCall detach(MigrationOrigin side) {
		return reported(side, this.call.detach(side));
	}

	@Override
	public SideCall mirror(MigrationOrigin side, @Nullable Object result) {
		return reported(side, this.call.mirror(side, result));
	}

	@Override
	public SideCall detachMirror(MigrationOrigin side, @Nullable Object result) {
		return reported(side, this.call.detachMirror(side, result));
	}

	private SideCall reported(MigrationOrigin side, SideCall sideCall) {
		return () -> {
			begins(side);
			long start = System.nanoTime();
			Object value;
			try {
				value = sideCall.run();
			}
			catch (Throwable ex) {
				ends(side, System.nanoTime() - start, ex);
				throw ex;
			}
			return this.results.watched(value, (error) -> ends(side, System.nanoTime() - start, error));
		};
	}

	@Override
	public @Nullable MigrationContext context() {
		return this.call.context();
	}

	@Override
	public boolean hasKey() {
		return this.call.hasKey();
	}

	@Override
	public @Nullable Object keyBefore() {
		return this.call.keyBefore();
	}

	@Override
	public @Nullable Object key(@Nullable Object result) {
		return this.call.key(result);
	}

	@FunctionalInterface
	private interface Fact {

		void tell(OperationReport report);

	}

}
