package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.OperationObservations;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.Decision;

/**
 * One operation, ready to run: an old and a new implementation of the same thing, under
 * one flag. Safe for use by several threads.
 */
public abstract class Operation {

	private static final Logger logger = LoggerFactory.getLogger(Operation.class);

	private static final WarnOnce trouble = new WarnOnce(logger);

	private final OperationSpec spec;

	private final StageDecision stages;

	private final OperationReports reports;

	private final OperationMeters meters;

	private final Results results;

	Operation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters) {
		this(spec, stages, reports, meters, Results.VALUES);
	}

	Operation(OperationSpec spec, StageDecision stages, OperationReports reports, OperationMeters meters,
			Results results) {
		this.spec = spec;
		this.stages = stages;
		this.reports = reports;
		this.meters = meters;
		this.results = results;
	}

	/**
	 * What this operation means.
	 * @return the specification
	 */
	public OperationSpec spec() {
		return this.spec;
	}

	/**
	 * Runs a call at the stage that is in force for it. Of an operation whose results are
	 * subscribed to, each subscription is a call, and nothing runs before it.
	 * @param call the call
	 * @return what the authoritative side returned; if its result comes later, something
	 * of the same kind
	 * @throws dev.migrationflags.StageChangedException if the flag has moved in the
	 * middle of a transaction that has written; then no side has run
	 * @throws Throwable what the authoritative side threw, the same instance
	 */
	public @Nullable Object execute(Call call) throws Throwable {
		return decided(call);
	}

	/**
	 * Decides the stage of a call, which is now, and runs it. While the flag is moving,
	 * the caller waits; one whose result comes later waits for its result.
	 */
	final @Nullable Object decided(Call call) throws Throwable {
		if (this.results == Results.VALUES) {
			return begin(call);
		}
		CompletableFuture<@Nullable Void> opened = this.stages.held(this.spec);
		return (opened == null) ? begin(call) : later(opened, new HeldCall(call, contextOf(call)));
	}

	/**
	 * The context of the caller's thread; if it cannot be told, that is found out again,
	 * and counted, when the call begins.
	 */
	private @Nullable MigrationContext contextOf(Call call) {
		try {
			return this.spec.flag().sameForAll() ? null : this.stages.contextOf(call);
		}
		catch (Throwable ex) {
			return null;
		}
	}

	/**
	 * Begins a call as soon as calls may go on, without a thread that waits.
	 * @param opened completes on a thread that must not be held up
	 * @param call the call, ready for other threads
	 */
	@Nullable Object later(CompletableFuture<@Nullable Void> opened, Call call) throws Throwable {
		return begin(call);
	}

	final @Nullable Object begin(Call call) throws Throwable {
		OperationReport report = this.reports.begin(this.spec.flag(), this.spec.type());
		if (report != null) {
			return execute(call, report);
		}
		Decision decision = this.stages.decide(this.spec, call);
		return execute(observed(call, decision), decision);
	}

	private @Nullable Object execute(Call call, OperationReport report) throws Throwable {
		Decision decision;
		boolean wanted = false;
		try {
			decision = this.stages.decide(this.spec, call);
		}
		catch (Throwable ex) {
			report.decided();
			throw ex;
		}
		try {
			wanted = report.decided();
		}
		catch (Throwable ex) {
			trouble.warn("A call of flag '%s' could not be reported".formatted(this.spec.flag().key()), ex);
		}
		Call observed = observed(call, decision);
		if (!wanted) {
			return execute(observed, decision);
		}
		ReportedCall reported = new ReportedCall(this, observed, report);
		Object result;
		try {
			result = execute(reported, decision);
		}
		catch (Throwable ex) {
			reported.release();
			throw ex;
		}
		return this.results.watched(result, (error) -> reported.release());
	}

	private Call observed(Call call, Decision decision) {
		OperationObservations observations = this.meters.observations();
		return (observations != null) ? new ObservedCall(this, call, decision.stage(), observations) : call;
	}

	abstract @Nullable Object execute(Call call, Decision decision) throws Throwable;

	/**
	 * Decides the stage of a call anew, because the one before is not current any more.
	 */
	final Decision decideAnew(Call call) {
		return this.stages.decide(this.spec, call);
	}

	final Results results() {
		return this.results;
	}

	final OperationMeters meters() {
		return this.meters;
	}

	/**
	 * Runs the authoritative side only.
	 */
	final @Nullable Object authoritative(Call call, MigrationStage stage) throws Throwable {
		MigrationOrigin side = stage.authority();
		long start = System.nanoTime();
		Object value;
		try {
			value = call.run(side);
		}
		catch (Throwable ex) {
			this.meters.failure(stage, side, ex, System.nanoTime() - start);
			throw ex;
		}
		long end = System.nanoTime();
		this.meters.success(stage, side, end - start, end);
		return value;
	}

	/**
	 * Decides the stage of a call.
	 */
	@FunctionalInterface
	interface StageDecision {

		/**
		 * Decides, and waits as long as the flag is moving. A write counts as in flight
		 * from then on; the operation says when it is over.
		 */
		Decision decide(OperationSpec spec, Call call);

		/**
		 * Whether a call would have to wait now.
		 * @return completes when it need not wait any more, on a thread that must not be
		 * held up; {@code null} if it need not wait
		 */
		default @Nullable CompletableFuture<@Nullable Void> held(OperationSpec spec) {
			return null;
		}

		/**
		 * Whom a call is for; throws if that cannot be told.
		 */
		default MigrationContext contextOf(Call call) {
			return MigrationContext.anonymous();
		}

	}

}
