package dev.migrationflags.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flags from a configuration file, in an application context.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationFileTests {

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner(String yaml) throws IOException {
		Path file = Files.writeString(this.directory.resolve("application.yml"), yaml);
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MigrationAutoConfiguration.class))
			.withInitializer(new ConfigDataApplicationContextInitializer())
			.withSystemProperties("spring.config.location=" + file.toUri());
	}

	@Test
	void flagsComeFromTheFileAndFromBeans() throws IOException {
		runner("""
				migration:
				  flags:
				    orders-db: { stage: off }
				    pricing: { stages: 4, stage: shadow }
				    receipts: { read: { timeout: 5s } }
				""")
			.withBean(MigrationFlag.class,
					() -> MigrationFlag.named("receipts").stages(2).stage(MigrationStage.COMPLETE).build())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				MigrationFlags flags = context.getBean(MigrationFlags.class);
				assertThat(flags.keys()).containsExactlyInAnyOrder("orders-db", "pricing", "receipts");
				assertThat(flags.stage("orders-db")).isEqualTo(MigrationStage.OFF);
				assertThat(flags.stage("pricing")).isEqualTo(MigrationStage.SHADOW);
				assertThat(flags.stage("receipts")).isEqualTo(MigrationStage.COMPLETE);
			});
	}

	@Test
	void everyDocumentedSettingAtOnceStartsAnApplication(CapturedOutput output) throws IOException {
		runner("""
				migration:
				  enabled: true
				  flags:
				    orders-db:
				      description: Orders from Oracle to PostgreSQL
				      stages: 6
				      stage: shadow
				      default-stage: off
				      salt: orders-db
				      rollout: { live: 12.5 }
				      cohorts:
				        - name: staff
				          match: { plan: [internal, beta], region: [eu] }
				          stage: live
				      context: customer
				      readiness: { required: [] }
				      track-latency: true
				      track-errors: true
				      read:
				        execution: detached
				        timeout: 1s
				        sampling: 1.0
				        check-sampling: 1.0
				      write:
				        timing: after-commit
				        timeout: 2s
				        deadline: 10s
				        consistency: marked
				      comparison:
				        enabled: true
				        ignore: [updatedAt, "lines[*].id", "**.etag"]
				        unordered: [lines]
				        tolerance: { "[lines[*].price]": 0.005 }
				        show-keys: []
				        max-nodes: 10000
				  executor: { threads: 16, queue: 256, virtual: true }
				  mismatches: { keep: 100, include-values: false }
				  store:
				    type: memory
				    poll-interval: 1s
				    max-staleness: 10s
				    initialize-schema: embedded
				    accept-volatile: false
				  repair: { interval: 1s, backoff: 200ms, max-backoff: 30s, attempts: 20, batch: 64, rate: 200 }
				""").withBean("oldNotes", OldNotes.class).withBean("newNotes", NewNotes.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Notes.class).find("x")).isEqualTo("old");
			assertThat(context.getBean(Notes.class).save("x")).isEqualTo("old");
		});
		assertThat(output).contains("migration.store.type=memory")
			.contains("cannot be marked, because flag 'orders-db' has no KeyedStores");
	}

	@Test
	void whatWasWiredIsToldInATable(CapturedOutput output) throws IOException {
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		String wiring = "dev.migrationflags.aop";
		logging.setLogLevel(wiring, LogLevel.INFO);
		try {
			runner("migration.flags.orders-db: { stage: dualwrite }").withBean("oldNotes", OldNotes.class)
				.withBean("newNotes", NewNotes.class)
				.run((context) -> assertThat(context).hasNotFailed());
		}
		finally {
			logging.setLogLevel(wiring, null);
		}
		assertThat(output).containsPattern("orders-db .*find.*OldNotes.*NewNotes");
	}

	@Test
	void aDeadlineMayBeShorterThanTheTimeOut() throws IOException {
		runner("migration.flags.orders-db: { stage: dualwrite, write.deadline: 500ms }")
			.withBean("oldNotes", OldNotes.class)
			.withBean("newNotes", NewNotes.class)
			.run((context) -> assertThat(context.getBean(Notes.class).save("x")).isEqualTo("old"));
	}

	interface Notes {

		@MigrationRead
		String find(String id);

		@MigrationWrite
		String save(String id);

	}

	@Migration(flag = "orders-db", origin = MigrationOrigin.OLD)
	static class OldNotes implements Notes {

		@Override
		public String find(String id) {
			return "old";
		}

		@Override
		public String save(String id) {
			return "old";
		}

	}

	@Migration(flag = "orders-db", origin = MigrationOrigin.NEW)
	static class NewNotes implements Notes {

		@Override
		public String find(String id) {
			return "new";
		}

		@Override
		public String save(String id) {
			return "new";
		}

	}

	@Test
	void everythingThatIsWrongIsToldAtOnce() throws IOException {
		runner("""
				migration:
				  executor: { threads: 0 }
				  flags:
				    orders-db:
				      stage: beta
				      rollout: { live: 120 }
				    pricing:
				      stages: 4
				      stage: rampdown
				      comparision: { enabled: false }
				    receipts: { stage: live }
				""")
			.withBean(MigrationFlag.class, () -> MigrationFlag.named("receipts").stage(MigrationStage.OFF).build())
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(MigrationSetupException.class,
						(failure) -> assertThat(failure.getProblems()).extracting(Problem::what)
							.containsExactlyInAnyOrder("'0' is not valid", "'beta' is not valid",
									"120.0 is no percentage", "A flag of 4 stages has no stage rampdown",
									"Flag 'pricing' has no property 'comparision'",
									"Flag 'receipts' is defined by a bean and by properties")));
	}

}
