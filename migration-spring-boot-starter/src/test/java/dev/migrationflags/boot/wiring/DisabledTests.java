package dev.migrationflags.boot.wiring;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Migrator;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.boot.wiring.Pricing.NewPricing;
import dev.migrationflags.boot.wiring.Pricing.OldPricing;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import dev.migrationflags.flags.MigrationSetupException;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.support.AopUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code migration.enabled=false}, and migrators without annotations.
 */
class DisabledTests {

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "OFF", "DUAL_WRITE", "SHADOW" })
	void everyMethodRunsAsItWasCalled(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withPropertyValues("migration.enabled=false")
			.run((context) -> {
				assertThat(context.getBean(OldPricing.class).quote("x")).isEqualTo("old");
				assertThat(context.getBean(NewPricing.class).quote("x")).isEqualTo("new");
				assertThat(context.getBean(Journal.class).take()).containsExactly("old", "new");
				assertThat(AopUtils.isAopProxy(context.getBean(OldPricing.class))).isFalse();
				assertThat(context.getBean(MigrationFlags.class).stage(Wiring.FLAG)).isEqualTo(stage);
				Migrator<String, String, String> migrator = migrator(context.getBean(MigratorFactory.class));
				assertThat(migrator.read("x")).isEqualTo("old x");
				assertThat(migrator.write("x", MigrationContext.of("alice"))).isEqualTo("old x");
				assertThat(context.getBean(MeterRegistry.class).getMeters()).isEmpty();
			});
	}

	private static Migrator<String, String, String> migrator(MigratorFactory factory) {
		return factory.<String, String, String>migrator(Wiring.FLAG)
			.read((id) -> "old " + id, (id) -> "new " + id)
			.write((id) -> "old " + id, (id) -> "new " + id)
			.build();
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "LIVE", "RAMP_DOWN", "COMPLETE" })
	void afterTheFlipItHasToBeAllowed(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withPropertyValues("migration.enabled=false")
			.run((context) -> Wiring.assertProblem(context, "'a-flag'", stage.key(), "migration.enabled",
					"migration.allow-disabled-after-flip=true"));
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withPropertyValues("migration.enabled=false", "migration.allow-disabled-after-flip=true")
			.run((context) -> assertThat(context.getBean(OldPricing.class).quote("x")).isEqualTo("old"));
	}

	@Test
	void aFlagWhoseOtherSettingsAreWrongIsLookedAtToo() {
		Wiring.at(MigrationStage.LIVE)
			.withPropertyValues("migration.enabled=false", "migration.flags.a-flag.rollout.complete=101")
			.run((context) -> Wiring.assertProblem(context, "'a-flag'", "live"));
	}

	@Test
	void nothingElseIsChecked() {
		Wiring.at(MigrationStage.OFF, OldPricing.class)
			.withPropertyValues("migration.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void enabledAMigratorFollowsTheStages(MigrationStage stage) {
		Wiring.at(stage).run((context) -> {
			Migrator<String, String, String> migrator = migrator(context.getBean(MigratorFactory.class));
			assertThat(migrator.read("x")).isEqualTo(stage.authority().key() + " x");
			assertThat(migrator.write("x")).isEqualTo(stage.authority().key() + " x");
		});
	}

	@Test
	void aMigratorWithWritesKeepsToTheRuleForRolloutsWhenItIsBuilt() {
		Wiring.at(MigrationStage.OFF).withPropertyValues("migration.flags.a-flag.rollout.live=10").run((context) -> {
			MigratorFactory factory = context.getBean(MigratorFactory.class);
			assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(() -> migrator(factory))
				.withMessageContaining("migration.flags.a-flag.context");
			assertThat(factory.<String, String, String>migrator(Wiring.FLAG)
				.read((id) -> "old", (id) -> "new")
				.build()
				.read("x")).isEqualTo("old");
		});
	}

}
