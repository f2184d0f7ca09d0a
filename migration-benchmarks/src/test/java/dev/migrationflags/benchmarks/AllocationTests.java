package dev.migrationflags.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.benchmarks.Allocations.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a call allocates on the caller's thread, which does not depend on how busy the
 * machine is. Each kind of call has a JVM of its own, whose compiler waits for nobody and
 * nobody for it: what it compiles, and so what it need not allocate, is the same each
 * time. The bounds are the budgets of {@code docs/performance.md}.
 */
class AllocationTests {

	private static final List<String> STEADY = List.of("-Xbatch", "-XX:-TieredCompilation");

	/**
	 * What a proxy of Spring that does nothing allocates more on later JDKs: 96 bytes on
	 * 25, 72 on 17.
	 */
	private static final long MORE_OF_THE_PROXY = (Runtime.version().feature() > 17) ? 24 : 0;

	private static final Map<Kind, Long> counted = new EnumMap<>(Kind.class);

	@ParameterizedTest
	@CsvSource({ "ONE_SIDED_READ, 120", "ONE_SIDED_WRITE, 120", "SERIAL_READ, 160", "IMMEDIATE_WRITE, 160" })
	void aCallAllocatesLittleMoreThanItsProxy(Kind kind, long bound) {
		assertThat(bytesPerCall(kind)).isLessThanOrEqualTo(bound + MORE_OF_THE_PROXY);
	}

	@ParameterizedTest
	@CsvSource({ "ROLLOUT_BY_BEAN", "ROLLOUT_BY_EXPRESSION" })
	void aRolloutAllocatesLittleMoreThanAFixedStage(Kind kind) {
		assertThat(bytesPerCall(kind)).isLessThanOrEqualTo(bytesPerCall(Kind.ONE_SIDED_READ) + 200);
	}

	@Test
	void theMeasurementSeesWhatIsAllocated() {
		assertThat(bytesPerCall(Kind.ARRAY_OF_1000_BYTES)).isGreaterThan(1000);
	}

	private static long bytesPerCall(Kind kind) {
		return counted.computeIfAbsent(kind,
				(key) -> Long.valueOf(Child.lastLine(STEADY, Allocations.class, key.name())));
	}

}
