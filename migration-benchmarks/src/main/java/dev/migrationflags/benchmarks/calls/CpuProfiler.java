package dev.migrationflags.benchmarks.calls;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time of the whole process per call: what other threads do for a call is
 * included, what other processes do to the clock is not.
 */
public final class CpuProfiler implements InternalProfiler {

	/**
	 * The label of the result.
	 */
	public static final String LABEL = "cpu";

	private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private long before;

	@Override
	public String getDescription() {
		return "Processor time of the process per operation";
	}

	@Override
	public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
		this.before = this.system.getProcessCpuTime();
	}

	@Override
	public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
			IterationResult result) {
		long nanos = this.system.getProcessCpuTime() - this.before;
		double perCall = (double) nanos / result.getMetadata().getAllOps();
		return List.of(new ScalarResult(LABEL, perCall, "ns/op", AggregationPolicy.AVG));
	}

}
