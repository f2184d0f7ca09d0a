package dev.migrationflags.benchmarks.calls;

import java.util.List;
import java.util.Map;

import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.calls.Calls.Samples;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the report and their budgets.
 */
final class Report {

	private static final String ONE = "OneSide.handWritten";

	private static final String BOTH = "BothSides.handWrittenRead";

	private static final String BOTH_WRITES = "BothSides.handWrittenWrite";

	private static final String PARALLEL = "Handover.launchDarklyParallelRead";

	static final List<Section> SECTIONS = List.of(
			new Section("One side, the same stage for everybody",
					List.of(Row.of("hand-written: one timer", ONE, ONE),
							Row.of("**read, off**", "OneSide.read", ONE).times(1.5).atMost(120),
							Row.of("**write, off**", "OneSide.write", ONE).times(1.5).atMost(120),
							Row.of("LaunchDarkly, off, records nothing", "OneSide.launchDarkly", ONE),
							Row.of("LaunchDarkly, off, with its events", "OneSide.launchDarklyWithEvents", ONE),
							Row.of("Spring advisor that does nothing, no timer", "OneSide.plainAdvisor", ONE))),
			new Section("Both sides in turn on the caller's thread", List.of(
					Row.of("hand-written read: two timers, `equals`, one counter", BOTH, BOTH),
					Row.of("hand-written read with three time stamps instead of four",
							"BothSides.handWrittenThriftyRead", BOTH),
					Row.of("**read `serial`, shadow**", "BothSides.read", BOTH).times(1.4).atMost(160),
					Row.of("… below LaunchDarkly serial", "BothSides.read", "BothSides.launchDarklyRead").times(1),
					Row.of("LaunchDarkly serial read, shadow, records nothing", "BothSides.launchDarklyRead", BOTH),
					Row.of("LaunchDarkly serial read, shadow, with its events", "BothSides.launchDarklyReadWithEvents",
							BOTH),
					Row.of("hand-written write: two timers", BOTH_WRITES, BOTH_WRITES),
					Row.of("**write `immediate`, shadow**", "BothSides.write", BOTH_WRITES).times(1.4).atMost(160),
					Row.of("… below LaunchDarkly", "BothSides.write", "BothSides.launchDarklyWrite").times(1),
					Row.of("LaunchDarkly write, shadow, records nothing", "BothSides.launchDarklyWrite", BOTH_WRITES))),
			new Section("A stage that depends on whom the call is for",
					List.of(Row.of("one side, fixed stage", "Rollout.fixed", ONE),
							Row.of("**rollout 50 %, context of a bean**", "Rollout.contextOfProvider", ONE)
								.moreThan("Rollout.fixed", 250, 200),
							Row.of("**rollout 50 %, `context = \"#id\"`**", "Rollout.contextOfExpression", ONE)
								.moreThan("Rollout.fixed", 250, 200),
							Row.of("rollout 50 %, off and shadow", "Rollout.offAndShadow", ONE),
							Row.of("LaunchDarkly rollout 50 %, off and shadow", "Rollout.launchDarkly", ONE),
							Row.of("1 cohort that does not match", "Rollout.cohorts 1", ONE),
							Row.of("100 cohorts that do not match", "Rollout.cohorts 100", ONE))),
			new Section("The second side on another thread",
					List.of(Row.of("**read `detached`, shadow, in bursts of 100**", "Handover.detachedRead", BOTH),
							Row.of("… against LaunchDarkly parallel", "Handover.detachedRead", PARALLEL).times(0.25),
							Row.of("read `detached`, shadow, each awaited before the next",
									"Handover.detachedReadAlone", BOTH),
							Row.of("… against LaunchDarkly parallel", "Handover.detachedReadAlone", PARALLEL),
							Row.of("LaunchDarkly parallel read, shadow", PARALLEL, BOTH),
							Row.of("write `after-commit`, shadow", "Handover.afterCommitWrite", BOTH_WRITES))),
			new Section("Growth", List.of(Row.of("one-sided read, 1 flag", "Growth.read 1", ONE),
					Row.of("10 flags", "Growth.read 10", ONE), Row.of("100 flags", "Growth.read 100", ONE),
					Row.of("1 000 flags", "Growth.read 1000", ONE),
					Row.of("one-sided read, two threads", "OneSide.read, 2 threads", ONE),
					Row.of("… against one thread: below 2 / 1.9", "OneSide.read, 2 threads", "OneSide.read")
						.times(2 / 1.9),
					Row.of("serial read, two threads, against one", "BothSides.read, 2 threads", "BothSides.read")
						.times(2 / 1.9),
					Row.of("hand-written, two threads, against one", ONE + ", 2 threads", ONE))),
			new Section("Comparison of two orders of 10 lines without `equals`",
					List.of(Row.of("equal", "Comparison.equal", BOTH).below(10_000),
							Row.of("different", "Comparison.different", BOTH).below(40_000),
							Row.of("equal, captured first as in `detached`", "Comparison.equalCaptured", BOTH))));

	private Report() {
	}

	/**
	 * A table.
	 *
	 * @param title what it is about
	 * @param rows its rows
	 */
	record Section(String title, List<Row> rows) {
	}

	/**
	 * A row.
	 *
	 * @param title what was measured
	 * @param benchmark its name
	 * @param yardstick the benchmark that it is compared with
	 * @param base the benchmark that the budget adds to, if it does
	 * @param times the most that it may cost, in terms of the yardstick; NaN without
	 * budget
	 * @param nanos the most that it may cost, or cost more than the base
	 * @param bytes the most that it may allocate, or allocate more than the base
	 */
	record Row(String title, String benchmark, String yardstick, @Nullable String base, double times, double nanos,
			double bytes) {

		static Row of(String title, String benchmark, String yardstick) {
			return new Row(title, benchmark, yardstick, null, Double.NaN, Double.NaN, Double.NaN);
		}

		Row times(double times) {
			return new Row(this.title, this.benchmark, this.yardstick, this.base, times, this.nanos, this.bytes);
		}

		Row atMost(double bytes) {
			return new Row(this.title, this.benchmark, this.yardstick, this.base, this.times, this.nanos, bytes);
		}

		Row below(double nanos) {
			return new Row(this.title, this.benchmark, this.yardstick, this.base, this.times, nanos, this.bytes);
		}

		Row moreThan(String base, double nanos, double bytes) {
			return new Row(this.title, this.benchmark, this.yardstick, base, this.times, nanos, bytes);
		}

		void print(Map<String, Samples> all) {
			Samples samples = find(all, this.benchmark);
			double ratio = samples.cpu() / find(all, this.yardstick).cpu();
			double baseNanos = (this.base != null) ? find(all, this.base).cpu() : 0;
			double baseBytes = (this.base != null) ? find(all, this.base).bytes() : 0;
			boolean met = !(ratio > this.times) && !(samples.cpu() - baseNanos > this.nanos)
					&& !(Math.rint(samples.bytes() - baseBytes) > this.bytes);
			String budget = budget();
			Table.row(this.title, Table.number(samples.cpu()), "%.0f".formatted(samples.bytes()), Table.number(ratio),
					budget, budget.isEmpty() ? "" : (met ? "yes" : "**no**"));
		}

		private String budget() {
			String more = (this.base != null) ? "+ " : "";
			StringBuilder budget = new StringBuilder();
			append(budget, this.times, "× ", "");
			append(budget, this.nanos, more, " ns");
			append(budget, this.bytes, more, " B");
			return budget.toString();
		}

		private static void append(StringBuilder budget, double number, String before, String after) {
			if (!Double.isNaN(number)) {
				budget.append(budget.isEmpty() ? "≤ " : ", ")
					.append(before)
					.append((number == Math.rint(number)) ? "%,.0f".formatted(number).replace(',', ' ')
							: Table.number(number))
					.append(after);
			}
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
