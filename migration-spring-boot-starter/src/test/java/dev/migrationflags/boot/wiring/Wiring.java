package dev.migrationflags.boot.wiring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications with migrated methods. Both sides run on the caller's thread, so that what
 * they have done is known when the call returns.
 */
public final class Wiring {

	public static final String FLAG = "a-flag";

	private Wiring() {
	}

	/**
	 * An application with the flag {@code a-flag} at off.
	 */
	static ApplicationContextRunner application(Class<?>... beans) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
			.withUserConfiguration(beans)
			.withBean(Journal.class)
			.withBean(SimpleMeterRegistry.class)
			.withPropertyValues(flag(FLAG, MigrationStage.OFF));
	}

	public static String[] flag(String key, MigrationStage stage) {
		String prefix = "migration.flags." + key;
		return new String[] { prefix + ".stage=" + stage.key(), prefix + ".read.execution=serial",
				prefix + ".write.timing=immediate" };
	}

	public static ApplicationContextRunner at(MigrationStage stage, Class<?>... beans) {
		return application(beans).withPropertyValues(flag(FLAG, stage));
	}

	/**
	 * What is wrong with an application that must not start.
	 */
	static List<Problem> problems(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		return Stream.iterate(context.getStartupFailure(), (cause) -> cause != null, Throwable::getCause)
			.filter(MigrationSetupException.class::isInstance)
			.findFirst()
			.map((cause) -> ((MigrationSetupException) cause).getProblems())
			.orElseThrow(() -> new AssertionError("Failed for another reason", context.getStartupFailure()));
	}

	/**
	 * Requires exactly one problem, whose text has all the words, and a fix.
	 */
	static void assertProblem(AssertableApplicationContext context, String... words) {
		List<Problem> problems = problems(context);
		assertThat(problems).hasSize(1);
		assertText(problems.get(0), words);
	}

	static void assertText(Problem problem, String... words) {
		assertThat(problem.what() + " @ " + problem.where() + " -> " + problem.fix()).contains(words);
		assertThat(problem.fix()).isNotBlank();
	}

	static List<String> readAt(MigrationStage stage) {
		return sides(stage, stage.readsBoth());
	}

	static List<String> writeAt(MigrationStage stage) {
		return sides(stage, stage.writesBoth());
	}

	private static List<String> sides(MigrationStage stage, boolean both) {
		return both ? List.of(stage.authority().key(), stage.authority().other().key())
				: List.of(stage.authority().key());
	}

	/**
	 * What the sides have done, in order.
	 */
	static final class Journal {

		private final List<String> entries = new ArrayList<>();

		synchronized String add(MigrationOrigin side) {
			return add(side.key());
		}

		synchronized String add(String entry) {
			this.entries.add(entry);
			return entry;
		}

		/**
		 * Tells and forgets.
		 */
		synchronized List<String> take() {
			List<String> taken = List.copyOf(this.entries);
			this.entries.clear();
			return taken;
		}

		@Override
		public synchronized String toString() {
			return Arrays.toString(this.entries.toArray());
		}

	}

}
