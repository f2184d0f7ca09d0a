package dev.migrationflags.benchmarks.calls;

import java.util.List;
import java.util.Map;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Table;

/**
 * The rows of the report and their budgets.
 */
final class Report {

	private static final String ONE = "OneSide.handWritten";

	private static final String BOTH = "BothSides.handWrittenRead";

	private static final String BOTH_WRITES = "BothSides.handWrittenWrite";

	private static final String PARALLEL = "Handover.launchDarklyParallelRead";

	private static final String ADVICE = "Spring's proxy alone is a third of the yardstick. The request, the transaction "
			+ "and the operation that the thread is in have to be looked up, and each duration is kept a second time, "
			+ "for readiness and the guardrail, which ask for the last minutes where the meters only know everything.";

	private static final String TWO_SIDES = "The proxy and the reflective call of the other bean are in it, what keeps "
			+ "failures, interrupts and failing comparisons of the other side away from the caller, and each duration "
			+ "is kept a second time, for readiness and the guardrail.";

	private static final String ORIGINAL = "The original here records nothing; with its events on it takes several "
			+ "times as long.";

	private static final String DECISION = "A rollout hashes the key of the context with SHA-1, as the original does.";

	private static final String THREADS = "Durations and verdicts are counted a second time, for readiness, in as many stripes "
			+ "as a small machine needs: two threads may meet in one of them, or in one cache line.";

	private static final String NOISE = "The call itself takes the same way with any number of flags.";

	private static final List<Section> SECTIONS = List.of(
			new Section("One side, the same stage for everybody",
					List.of(Row.of("hand-written: one timer", ONE, ONE),
							Row.of("**one-sided read**", "OneSide.read", ONE).times(1.5).bytes(120).hindrance(ADVICE),
							Row.of("**one-sided write**", "OneSide.write", ONE).times(1.5).bytes(120).hindrance(ADVICE),
							Row.of("one-sided read within a web request, which keeps its stage", "Within.request", ONE),
							Row.of("one-sided read within a transaction, which keeps its stage", "Within.transaction",
									ONE),
							Row.of("one-sided read in AspectJ mode", "Woven.read", ONE),
							Row.of("LaunchDarkly's SDK, which records nothing", "OneSide.launchDarkly", ONE),
							Row.of("LaunchDarkly's SDK with its events", "OneSide.launchDarklyWithEvents", ONE),
							Row.of("Spring advisor that does nothing, no timer", "OneSide.plainAdvisor", ONE))),
			new Section("Both sides in turn on the caller's thread",
					List.of(Row.of("hand-written read: two timers, `equals`, one counter", BOTH, BOTH),
							Row.of("hand-written read with three time stamps instead of four",
									"BothSides.handWrittenThriftyRead", BOTH),
							Row.of("**both sides, read `serial`**", "BothSides.read", BOTH)
								.times(1.4)
								.bytes(160)
								.hindrance(TWO_SIDES),
							Row.of("**both sides, read `serial`, against LaunchDarkly's SDK without events**",
									"BothSides.read", "BothSides.launchDarklyRead")
								.times(1)
								.hindrance(ORIGINAL),
							Row.of("read `serial` in AspectJ mode", "Woven.serialRead", BOTH),
							Row.of("LaunchDarkly's SDK, serial read, which records nothing",
									"BothSides.launchDarklyRead", BOTH),
							Row.of("LaunchDarkly's SDK, serial read, with its events",
									"BothSides.launchDarklyReadWithEvents", BOTH),
							Row.of("Scientist4J `run`", "BothSides.scientistRead", BOTH),
							Row.of("hand-written write: two timers", BOTH_WRITES, BOTH_WRITES),
							Row.of("**both sides, write `immediate`**", "BothSides.write", BOTH_WRITES)
								.times(1.4)
								.bytes(160)
								.hindrance(TWO_SIDES),
							Row.of("**both sides, write `immediate`, against LaunchDarkly's SDK without events**",
									"BothSides.write", "BothSides.launchDarklyWrite")
								.times(1)
								.hindrance(ORIGINAL),
							Row.of("LaunchDarkly's SDK, write, which records nothing", "BothSides.launchDarklyWrite",
									BOTH_WRITES))),
			new Section("A stage that depends on whom the call is for",
					List.of(Row.of("one side, fixed stage", "Rollout.fixed", ONE),
							Row.of("**rollout 50 %, context of a bean**", "Rollout.contextOfProvider", ONE)
								.more("Rollout.fixed", 250, 200)
								.hindrance(DECISION),
							Row.of("**rollout 50 %, `context = \"#id\"`**", "Rollout.contextOfExpression", ONE)
								.more("Rollout.fixed", 250, 200)
								.hindrance(DECISION),
							Row.of("rollout 50 %, off and shadow", "Rollout.offAndShadow", ONE),
							Row.of("LaunchDarkly's SDK, rollout 50 %, off and shadow", "Rollout.launchDarkly", ONE),
							Row.of("1 cohort that does not match", "Rollout.cohorts 1", ONE),
							Row.of("100 cohorts that do not match", "Rollout.cohorts 100", ONE))),
			new Section("The other side on another thread",
					List.of(Row.of("read `detached`, in bursts of 100", "Handover.detachedRead", BOTH), Row
						.of("**read `detached` under load, against LaunchDarkly's SDK in parallel (its default)**",
								"Handover.detachedRead", PARALLEL)
						.times(0.25)
						.hindrance("It is the cost of waking a thread of the pool."),
							Row.of("read `detached`, each awaited before the next", "Handover.detachedReadAlone", BOTH),
							Row.of("LaunchDarkly's SDK, parallel read", PARALLEL, BOTH),
							Row.of("Scientist4J `runAsync`", "Handover.scientistAsyncRead", BOTH),
							Row.of("write `after-commit` (default), awaited on the pool", "Handover.afterCommitWrite",
									BOTH_WRITES))),
			new Section("Growth", List.of(Row.of("one-sided read, 1 flag", "Growth.read 1", ONE),
					Row.of("10 flags", "Growth.read 10", ONE), Row.of("100 flags", "Growth.read 100", ONE),
					Row.of("1 000 flags", "Growth.read 1000", ONE),
					Row.of("**a call among 1 000 flags, against one among 10**", "Growth.read 1000", "Growth.read 10")
						.times(1.1)
						.hindrance(NOISE),
					Row.of("hand-written, two threads, against one", ONE + Calls.TWO_THREADS, ONE),
					Row.of("**one-sided read, two threads, against one** (1.9 × the throughput)",
							"OneSide.read" + Calls.TWO_THREADS, "OneSide.read")
						.times(2 / 1.9)
						.hindrance(THREADS),
					Row.of("**read `serial`, two threads, against one** (1.9 × the throughput)",
							"BothSides.read" + Calls.TWO_THREADS, "BothSides.read")
						.times(2 / 1.9)
						.hindrance(THREADS))),
			new Section("Comparison of two orders of 10 lines without `equals`",
					List.of(Row.of("**comparison, equal**", "Comparison.equal", BOTH).nanos(10_000),
							Row.of("**comparison, different**", "Comparison.different", BOTH).nanos(40_000),
							Row.of("equal, captured first as in `detached`", "Comparison.equalCaptured", BOTH))));

	private Report() {
	}

	static String of(Map<String, Samples> samples, List<Budget> budgets) {
		StringBuilder text = new StringBuilder();
		for (Section section : SECTIONS) {
			Table table = new Table("", "CPU ns", "B", "× yardstick");
			for (Row row : section.rows()) {
				Figures figures = Figures.of(row, samples);
				table.row(row.title(), Table.number(figures.nanos()), "%.0f".formatted(figures.bytes()),
						Table.number(figures.ratio()));
				if (row.hasBudget()) {
					budgets.add(row.judge(figures));
				}
			}
			text.append("### ").append(section.title()).append("\n\n").append(table).append('\n');
		}
		return text.toString();
	}

	/**
	 * A table.
	 *
	 * @param title what it is about
	 * @param rows its rows
	 */
	private record Section(String title, List<Row> rows) {
	}

	/**
	 * What was measured of a row.
	 *
	 * @param nanos processor time
	 * @param bytes bytes on the heap
	 * @param ratio processor time in terms of the yardstick
	 * @param moreNanos processor time beyond the base
	 * @param moreBytes bytes beyond the base
	 */
	record Figures(double nanos, double bytes, double ratio, double moreNanos, double moreBytes) {

		static Figures of(Row row, Map<String, Samples> all) {
			Samples samples = find(all, row.benchmark());
			double ratio = samples.cpu() / find(all, row.yardstick()).cpu();
			if (row.base().isEmpty()) {
				return new Figures(samples.cpu(), samples.bytes(), ratio, samples.cpu(), samples.bytes());
			}
			Samples base = find(all, row.base());
			return new Figures(samples.cpu(), samples.bytes(), ratio, samples.cpu() - base.cpu(),
					samples.bytes() - base.bytes());
		}

		private static Samples find(Map<String, Samples> all, String name) {
			Samples samples = all.get(name);
			if (samples == null) {
				throw new IllegalStateException("No benchmark " + name + " has run: " + all.keySet());
			}
			return samples;
		}

	}

}
