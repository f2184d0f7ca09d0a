package dev.migrationflags.benchmarks.waits;

import java.time.Duration;
import java.util.List;

import dev.migrationflags.benchmarks.subject.Migrated;

/**
 * Leaves a hanging new side behind and ends.
 */
final class Ending {

	private Ending() {
	}

	public static void main(String[] arguments) {
		Migrated application = Migrated.of(List.of(SlowStore.Old.class, SlowStore.New.class), "stage=shadow");
		application.target(SlowStore.New.class).take(Duration.ofHours(1));
		for (int call = 0; call < 100; call++) {
			application.bean(SlowStore.Old.class).find("42");
		}
		System.out.println(System.currentTimeMillis());
	}

}
