package dev.migrationflags.benchmarks.waits;

import java.time.Duration;

/**
 * What the new side does.
 */
enum Behaviour {

	ONE_MILLISECOND("new takes 1 ms", Duration.ofMillis(1)),

	FIVE_MILLISECONDS("5 ms", Duration.ofMillis(5)),

	TWENTY_MILLISECONDS("20 ms", Duration.ofMillis(20)),

	HANGING("hangs 2 s", Duration.ofSeconds(2)),

	FAILING("fails", Duration.ZERO);

	private final String title;

	private final Duration duration;

	Behaviour(String title, Duration duration) {
		this.title = title;
		this.duration = duration;
	}

	String title() {
		return this.title;
	}

	void of(SlowStore store) {
		store.take(this.duration);
		if (this == FAILING) {
			store.fail();
		}
	}

}
