package dev.migrationflags.engine.readiness;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import dev.migrationflags.MigrationFlag.Readiness;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.ComparisonResult;
import dev.migrationflags.engine.metrics.ComparisonSummary;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.Move;
import dev.migrationflags.flags.MoveCheck;
import dev.migrationflags.flags.ReadinessCheck;
import dev.migrationflags.flags.ReadinessCheck.Finding;
import org.jspecify.annotations.Nullable;

/**
 * The checks that look at the last calls and comparisons of this node: whether both sides
 * say the same, often enough, and whether the new one is as good and as fast. Each
 * applies where the stage that is left runs both sides; where it does not, there is
 * nothing that a flag could wait for.
 */
public final class StatisticsChecks {

	/**
	 * With fewer calls of a side its 99th percentile is its slowest call.
	 */
	static final int CALLS = 100;

	private final EngineMeters meters;

	private StatisticsChecks(EngineMeters meters) {
		this.meters = meters;
	}

	/**
	 * The checks {@code consistency}, {@code volume}, {@code errors} and {@code latency}.
	 * @param meters what is known of calls and comparisons
	 * @return the checks
	 */
	public static List<MoveCheck> of(EngineMeters meters) {
		StatisticsChecks checks = new StatisticsChecks(meters);
		return List.of(ReadinessCheck.informing("consistency", onDualReads(checks::consistency)),
				ReadinessCheck.informing("volume", onDualReads(checks::volume)),
				ReadinessCheck.informing("errors", onDualCalls(checks::errors)),
				ReadinessCheck.informing("latency", onDualCalls(checks::latency)));
	}

	private static Function<Move, @Nullable Finding> onDualReads(Function<Flag, Finding> find) {
		return (move) -> move.from().readsBoth() ? find.apply(move.flag()) : null;
	}

	private static Function<Move, @Nullable Finding> onDualCalls(CallsCheck find) {
		return (move) -> {
			Flag flag = move.flag();
			boolean both = move.from().readsBoth() || (move.from().writesBoth() && flag.hasWrites());
			return both ? find.find(flag, move.from()) : null;
		};
	}

	private Finding consistency(Flag flag) {
		double needed = flag.definition().readiness().consistency();
		Share matches = matches(flag);
		if (matches.all() == 0) {
			return new Finding(false, "nothing compared in %s, %s needed".formatted(window(flag), percent(needed)));
		}
		return new Finding(matches.proven() >= needed, "%s of %d comparisons, %s needed; %s is certain"
			.formatted(percent(matches.value()), matches.all(), percent(needed), percent(matches.proven())));
	}

	private Finding volume(Flag flag) {
		int needed = flag.definition().readiness().volume();
		long comparisons = matches(flag).all();
		return new Finding(comparisons >= needed,
				"%d comparisons in %s, %d needed".formatted(comparisons, window(flag), needed));
	}

	/**
	 * The comparisons that came to a verdict. Those of all stages: with a rollout some
	 * callers are further than others.
	 */
	private Share matches(Flag flag) {
		long matches = 0;
		long differences = 0;
		for (ComparisonSummary summary : this.meters.comparisons(flag.key(), flag.definition().readiness().window())) {
			matches += count(summary, ComparisonResult.MATCH);
			differences += count(summary, ComparisonResult.MISMATCH) + count(summary, ComparisonResult.OLD_ERROR)
					+ count(summary, ComparisonResult.NEW_ERROR);
		}
		return new Share(matches, matches + differences);
	}

	private static long count(ComparisonSummary summary, ComparisonResult result) {
		return summary.counts().getOrDefault(result, 0L);
	}

	private Finding errors(Flag flag, MigrationStage stage) {
		double tolerated = flag.definition().readiness().errors();
		return worst(flag, stage, Sides::excess, tolerated,
				(sides) -> "%s: %s of %d calls of the new side failed, %s of %d of the old one; %s more is tolerated"
					.formatted(sides.operation(), percent(sides.newSide().errorRate()), sides.newSide().count(),
							percent(sides.oldSide().errorRate()), sides.oldSide().count(), percent(tolerated)));
	}

	private Finding latency(Flag flag, MigrationStage stage) {
		double tolerated = flag.definition().readiness().latency();
		return worst(flag, stage, Sides::slowdown, tolerated,
				(sides) -> String.format(Locale.ROOT,
						"%s: 99 %% of calls within %s on the new side, %s on the old one: %.2f times, %.2f tolerated",
						sides.operation(), Sides.time(sides.newSide().p99()), Sides.time(sides.oldSide().p99()),
						sides.slowdown(), tolerated));
	}

	private Finding worst(Flag flag, MigrationStage stage, ToDoubleFunction<Sides> measure, double tolerated,
			Function<Sides, String> words) {
		Optional<Sides> worst = Sides.of(this.meters, flag.key(), stage, flag.definition().readiness().window())
			.stream()
			.filter((sides) -> sides.comparable(CALLS))
			.max(Comparator.comparingDouble(measure));
		if (worst.isEmpty()) {
			return new Finding(false, "no operation had %d calls of each side at %s in %s".formatted(CALLS, stage.key(),
					minutes(callWindow(flag.definition().readiness()))));
		}
		return new Finding(measure.applyAsDouble(worst.get()) <= tolerated, words.apply(worst.get()));
	}

	private static Duration callWindow(Readiness readiness) {
		Duration most = Duration.ofMinutes(5);
		return (readiness.window().compareTo(most) > 0) ? most : readiness.window();
	}

	private static String window(Flag flag) {
		return minutes(flag.definition().readiness().window());
	}

	private static String minutes(Duration window) {
		return (window.toSeconds() % 60 == 0) ? "the last %d min".formatted(window.toMinutes())
				: "the last %d s".formatted(window.toSeconds());
	}

	private static String percent(double share) {
		return Share.percent(share);
	}

	@FunctionalInterface
	private interface CallsCheck {

		Finding find(Flag flag, MigrationStage stage);

	}

}
