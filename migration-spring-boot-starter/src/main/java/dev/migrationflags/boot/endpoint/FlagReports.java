package dev.migrationflags.boot.endpoint;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.migrationflags.MigrationSync;
import dev.migrationflags.Mismatch;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.engine.metrics.CallSummary;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.ComparisonSummary;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.Hold;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.Repairs;
import dev.migrationflags.flags.StageMoves;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is known about a flag.
 *
 * @param overviews sums it up
 * @param moves says whether it may move
 * @param operations the operations that were wired
 * @param meters the calls and comparisons
 * @param mismatches the last mismatches
 * @param sync gives what copies and verifies, if anything does
 * @param repairs gives what knows the keys to be repaired, if anything does
 */
record FlagReports(FlagOverviews overviews, StageMoves moves, MigrationOperations operations, EngineMeters meters,
		MismatchReporter mismatches, Supplier<@Nullable MigrationSync> sync,
		Supplier<Repairs.@Nullable Source> repairs) {

	private static final double NANOS = Duration.ofSeconds(1).toNanos();

	FlagReport of(Flag flag) {
		String key = flag.key();
		return new FlagReport(this.overviews.of(flag), held(flag.hold()), operationsOf(key),
				this.meters.calls(key).stream().map(FlagReports::calls).toList(),
				this.meters.comparisons(key).stream().map(FlagReports::comparisons).toList(), repairsOf(key),
				syncOf(key), this.mismatches.recent(key).stream().map(FlagReports::mismatch).toList(),
				flag.changes().stream().map(FlagReports::change).toList(), readiness(this.moves.readiness(key)));
	}

	private static FlagReport.@Nullable Held held(@Nullable Hold hold) {
		return (hold != null) ? new FlagReport.Held(hold.stage().key(), hold.source(), hold.reasons()) : null;
	}

	private List<FlagReport.Operation> operationsOf(String flag) {
		return this.operations.list()
			.stream()
			.filter((operation) -> operation.flag().equals(flag))
			.map((operation) -> new FlagReport.Operation(operation.name(), operation.type().key(),
					operation.oldMethod(), operation.newMethod()))
			.toList();
	}

	private static FlagReport.Calls calls(CallSummary calls) {
		return new FlagReport.Calls(calls.operation(), calls.type(), calls.stage().key(), calls.origin().key(),
				calls.count(), calls.errors(), finite(calls.mean()), finite(calls.p50()), finite(calls.p99()));
	}

	private static Map<String, Object> comparisons(ComparisonSummary comparisons) {
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("operation", comparisons.operation());
		json.put("stage", comparisons.stage().key());
		for (ComparisonResult result : ComparisonResult.values()) {
			json.put(result.key(), comparisons.counts().getOrDefault(result, 0L));
		}
		return json;
	}

	FlagReport.Repair repairsOf(String flag) {
		Repairs.Source source = this.repairs.get();
		Repairs repairs = (source != null) ? source.of(flag) : Repairs.NONE;
		Duration oldest = repairs.oldestAge();
		return new FlagReport.Repair(repairs.pending(), repairs.parked(),
				(oldest != null) ? oldest.toNanos() / NANOS : null);
	}

	FlagReport.Sync syncOf(String flag) {
		MigrationSync sync = this.sync.get();
		SyncStatus status = (sync != null) ? sync.status(flag) : SyncStatus.IDLE;
		SyncStatus.Kind kind = status.kind();
		return new FlagReport.Sync((kind != null) ? kind.key() : null, status.state().key(), status.done(),
				status.total(), finite(status.rate()), status.differences());
	}

	private static FlagReport.Mismatch mismatch(Mismatch mismatch) {
		return new FlagReport.Mismatch(mismatch.operation(), mismatch.stage().key(), mismatch.time().toString(),
				mismatch.keyDigest(),
				mismatch.differences()
					.stream()
					.map((difference) -> new FlagReport.Difference(difference.path(), difference.kind().name()))
					.toList());
	}

	private static FlagReport.Change change(StageChangedEvent change) {
		return new FlagReport.Change(change.from().key(), change.to().key(), change.reason(), change.actor(),
				change.epoch(), change.forced(), change.time().toString());
	}

	private static FlagReport.Readiness readiness(Readiness readiness) {
		return new FlagReport.Readiness(readiness.ready(),
				readiness.checks()
					.stream()
					.map((check) -> new FlagReport.Check(check.name(), check.ok(), check.blocks(), check.detail()))
					.toList());
	}

	/**
	 * JSON has no number for what is none.
	 */
	private static @Nullable Double finite(double number) {
		return Double.isFinite(number) ? number : null;
	}

}
