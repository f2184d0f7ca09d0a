package dev.migrationflags.benchmarks.calls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.benchmarks.Table;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks in rounds, each benchmark once in each round and in a JVM of its
 * own, so that a noisy neighbour disturbs all alike, and prints medians and what they
 * mean.
 */
public final class Calls {

	private final int rounds;

	private final Duration iteration;

	private final Map<String, Samples> samples = new TreeMap<>();

	private Calls(int rounds, Duration iteration) {
		this.rounds = rounds;
		this.iteration = iteration;
	}

	/**
	 * Prints the tables.
	 * @param arguments how many rounds, how many milliseconds an iteration takes
	 * @throws RunnerException if a benchmark fails
	 */
	public static void main(String[] arguments) throws RunnerException {
		int rounds = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : 3;
		int millis = (arguments.length > 1) ? Integer.parseInt(arguments[1]) : 1000;
		Calls calls = new Calls(rounds, Duration.ofMillis(millis));
		calls.run();
		calls.print();
	}

	private void run() throws RunnerException {
		for (int round = 1; round <= this.rounds; round++) {
			System.err.printf("Round %d of %d ...%n", round, this.rounds);
			run(1, "", Calls.class.getPackageName() + "\\.");
			run(2, ", 2 threads", "OneSide\\.(handWritten|read)$", "BothSides\\.(handWrittenRead|read)$");
		}
	}

	private void run(int threads, String suffix, String... includes) throws RunnerException {
		OptionsBuilder options = new OptionsBuilder();
		for (String include : includes) {
			options.include(include);
		}
		options.mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.forks(1)
			.threads(threads)
			.warmupIterations(5)
			.warmupTime(TimeValue.milliseconds(this.iteration.toMillis()))
			.measurementIterations(7)
			.measurementTime(TimeValue.milliseconds(this.iteration.toMillis()))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.addProfiler(CpuProfiler.class)
			.addProfiler(GCProfiler.class);
		for (RunResult result : new Runner(options.build()).run()) {
			this.samples.computeIfAbsent(name(result) + suffix, (name) -> new Samples())
				.add(result.getBenchmarkResults());
		}
	}

	private static String name(RunResult result) {
		String benchmark = result.getParams().getBenchmark();
		String name = benchmark.substring(Calls.class.getPackageName().length() + 1);
		Collection<String> parameters = result.getParams().getParamsKeys();
		return parameters.isEmpty() ? name : name + " " + result.getParams().getParam(parameters.iterator().next());
	}

	private void print() {
		for (Report.Section section : Report.SECTIONS) {
			Table.begin(section.title(), "", "CPU ns", "B", "× hand-written", "budget", "met");
			for (Report.Row row : section.rows()) {
				row.print(this.samples);
			}
		}
	}

	/**
	 * What was measured in all rounds.
	 */
	static final class Samples {

		private final List<Double> cpu = new ArrayList<>();

		private final List<Double> bytes = new ArrayList<>();

		void add(Collection<BenchmarkResult> results) {
			for (BenchmarkResult result : results) {
				for (IterationResult iteration : result.getIterationResults()) {
					iteration.getSecondaryResults().forEach(this::add);
				}
			}
		}

		private void add(String label, Result<?> result) {
			if (label.endsWith(CpuProfiler.LABEL)) {
				this.cpu.add(result.getScore());
			}
			else if (label.endsWith("gc.alloc.rate.norm")) {
				this.bytes.add(result.getScore());
			}
		}

		double cpu() {
			return median(this.cpu);
		}

		double bytes() {
			return median(this.bytes);
		}

		private static double median(List<Double> values) {
			List<Double> sorted = values.stream().sorted().toList();
			return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
		}

	}

}
