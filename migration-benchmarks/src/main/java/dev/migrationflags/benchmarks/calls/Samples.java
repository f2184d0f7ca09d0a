package dev.migrationflags.benchmarks.calls;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

/**
 * What was measured in all rounds.
 */
final class Samples {

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
