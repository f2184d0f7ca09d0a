package dev.migrationflags.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flags from a configuration file, in an application context.
 */
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
