package dev.migrationflags.benchmarks.calls;

import java.io.File;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Effort;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks in rounds, each benchmark once in each round and in a JVM of its
 * own, so that a noisy neighbour disturbs all alike. Medians count.
 */
public final class Calls {

	static final String TWO_THREADS = ", 2 threads";

	private static final String ALL = Calls.class.getPackageName() + "\\.";

	private static final String WOVEN = Woven.class.getSimpleName() + "\\.";

	private final Effort effort;

	private final Map<String, Samples> samples = new TreeMap<>();

	private Calls(Effort effort) {
		this.effort = effort;
	}

	/**
	 * Measures.
	 * @param effort how much is measured
	 * @param budgets takes the budgets
	 * @return tables
	 * @throws RunnerException if a benchmark fails
	 */
	public static String measure(Effort effort, List<Budget> budgets) throws RunnerException {
		Calls calls = new Calls(effort);
		for (int round = 1; round <= effort.rounds(); round++) {
			System.err.printf("Round %d of %d%n", round, effort.rounds());
			calls.run("", (options) -> options.include(ALL).exclude(WOVEN));
			calls.run("", (options) -> options.include(WOVEN).jvmArgsAppend("-javaagent:" + weaver()));
			calls.run(TWO_THREADS,
					(options) -> options.threads(2)
						.include("OneSide\\.(handWritten|read)$")
						.include("BothSides\\.read$"));
		}
		return Report.of(calls.samples, budgets);
	}

	private static String weaver() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> entry.contains("aspectjweaver"))
			.findFirst()
			.orElseThrow();
	}

	private void run(String suffix, UnaryOperator<ChainedOptionsBuilder> selection) throws RunnerException {
		ChainedOptionsBuilder options = new OptionsBuilder().mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.forks(1)
			.warmupIterations(this.effort.iterations())
			.warmupTime(TimeValue.milliseconds(this.effort.iteration().toMillis()))
			.measurementIterations(this.effort.iterations())
			.measurementTime(TimeValue.milliseconds(this.effort.iteration().toMillis()))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.addProfiler(CpuProfiler.class)
			.addProfiler(GCProfiler.class);
		for (RunResult result : new Runner(selection.apply(options).build()).run()) {
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

}
