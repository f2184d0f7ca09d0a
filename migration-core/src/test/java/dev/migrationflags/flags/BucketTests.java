package dev.migrationflags.flags;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Bucket}.
 */
class BucketTests {

	@ParameterizedTest
	@CsvSource({ "userKeyA, 0.42157587", "userKeyB, 0.6708485", "userKeyC, 0.10343106" })
	void bucketIsThatOfLaunchDarkly(String contextKey, float bucket) {
		assertThat(new Bucket("hashKey", "saltyA").of(contextKey)).isEqualTo(bucket);
	}

	@Test
	void saltAndFlagKeyMoveTheBucket() {
		float bucket = new Bucket("orders-db", "orders-db").of("42");
		assertThat(new Bucket("orders-db", "other").of("42")).isNotEqualTo(bucket);
		assertThat(new Bucket("other", "orders-db").of("42")).isNotEqualTo(bucket);
	}

	@Test
	void bucketsAreTheSameOnEveryThread() throws Exception {
		Bucket shared = new Bucket("hashKey", "saltyA");
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			Callable<Float> sum = () -> (float) IntStream.range(0, 10_000)
				.mapToDouble((i) -> shared.of("user-" + i))
				.sum();
			float expected = sum.call();
			for (Future<Float> result : executor.invokeAll(Collections.nCopies(4, sum))) {
				assertThat(result.get()).isEqualTo(expected);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

}
