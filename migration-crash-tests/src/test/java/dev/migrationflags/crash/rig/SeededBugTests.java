package dev.migrationflags.crash.rig;

import java.util.Random;

import dev.migrationflags.crash.worker.Bug;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker finds what it is for: with a bug it finds something within a few rounds,
 * and in the same rounds without one it finds nothing.
 */
class SeededBugTests {

	private static final int MOST_ROUNDS = 12;

	private static final int ROUNDS_WITHOUT_BUG = 2;

	private static Rig rig;

	private final Random random = new Random();

	@BeforeAll
	static void start() {
		rig = new Rig();
	}

	@AfterAll
	static void stop() {
		rig.close();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void aBugIsFound(Bug bug) {
		for (int round = 1; round <= MOST_ROUNDS; round++) {
			try {
				Run.Result result = round(bug);
				System.out.println(bug + ", round " + round + ": " + result.summary());
				if (!result.violations().isEmpty()) {
					System.out.println("  " + result.violations().get(0));
					assertThat(result.struck()).as("the bug has done something").isTrue();
					return;
				}
			}
			catch (ConditionTimeoutException ex) {
				// something is wrong indeed, but it is the checker that has to find it
				System.out.println(bug + ", round " + round + ": " + ex.getMessage());
			}
		}
		assertThat(bug).as("found in " + MOST_ROUNDS + " rounds").isEqualTo(Bug.NONE);
	}

	@ParameterizedTest
	@EnumSource(names = "NONE")
	void nothingIsFoundWithoutABug(Bug none) {
		for (int round = 1; round <= ROUNDS_WITHOUT_BUG; round++) {
			Run.Result result = round(none);
			System.out.println(none + ", round " + round + ": " + result.summary());
			assertThat(result.violations()).as(result.summary()).isEmpty();
			assertThat(result.struck()).isFalse();
		}
	}

	private Run.Result round(Bug bug) {
		try (Run run = rig.run("crash.bug=" + bug)) {
			for (int i = 0; i < 2; i++) {
				Node node = run.start();
				if (this.random.nextBoolean()) {
					node.tell("fail NEW 10");
					node.tell("fail OLD 10");
				}
				node.tell("traffic 8 2");
				node.tell("walk 20");
				pause(300, 1200);
				if (this.random.nextInt(4) != 0) {
					// what is acknowledged from here on is on one side only when the node
					// dies; the flag goes to live, and cannot go back
					node.tell("fail OLD 100");
					pause(150, 450);
				}
				run.kill(node);
			}
			Node node = run.start();
			node.tell("traffic 8 2");
			pause(200, 400);
			return run.finish();
		}
	}

	private void pause(int least, int most) {
		try {
			Thread.sleep(this.random.nextInt(least, most + 1));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
