package dev.migrationflags.random;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Race}.
 */
@Timeout(120)
class RaceTests {

	@Test
	void lostUpdateIsFound() {
		Race<int[]> race = Race.of(() -> new int[1])
			.times(1_000_000)
			.run((count) -> count[0]++)
			.run((count) -> count[0]++);
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> race.hold((count) -> assertThat(count[0]).isEqualTo(2)));
	}

	@Test
	void eachActionRunsOnceOnEachState() throws Throwable {
		AtomicInteger states = new AtomicInteger();
		Race.of(AtomicInteger::new)
			.times(1001)
			.run(AtomicInteger::incrementAndGet)
			.run(AtomicInteger::incrementAndGet)
			.run(AtomicInteger::incrementAndGet)
			.hold((count) -> {
				assertThat(count).hasValue(3);
				states.incrementAndGet();
			});
		assertThat(states).hasValue(1001);
	}

	@Test
	void exceptionOfAnActionIsTold() {
		Race<Object> race = Race.of(Object::new).run((state) -> {
			throw new IllegalStateException("told");
		}).run((state) -> {
		});
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> race.hold((state) -> {
		})).withMessage("told");
	}

}
