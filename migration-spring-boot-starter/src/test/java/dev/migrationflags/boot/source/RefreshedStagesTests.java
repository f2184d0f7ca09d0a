package dev.migrationflags.boot.source;

import java.util.Map;
import java.util.Set;

import dev.migrationflags.MigrationFlagSource;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.boot.source.SourcedApplication.Changes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for stages that change in the environment, with Spring Cloud's own event.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefreshedStagesTests {

	private final ApplicationContextRunner runner = SourcedApplication.runner()
		.withPropertyValues("migration.flags.orders-db.stage=off");

	private static void refresh(AssertableApplicationContext context, String property, Object value) {
		ConfigurableEnvironment environment = (ConfigurableEnvironment) context.getEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("refreshed", Map.of(property, value)));
		context.publishEvent(new EnvironmentChangeEvent(context, Set.of(property)));
	}

	private static void stage(AssertableApplicationContext context, String stage) {
		refresh(context, "migration.flags.orders-db.stage", stage);
	}

	@Test
	void aStageThatChangesInTheEnvironmentMovesTheFlag() {
		this.runner.run((context) -> {
			stage(context, "dualwrite");
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(DUAL_WRITE);
			assertThat(context.getBean(Changes.class).events).singleElement().satisfies((event) -> {
				assertThat(event.actor()).isEqualTo("properties");
				assertThat(event.to()).isEqualTo(DUAL_WRITE);
			});
		});
	}

	@Test
	void aMoveThatTheChecksRefuseIsLoggedAndTriedAgain(CapturedOutput output) {
		this.runner.run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			stage(context, "shadow");
			assertThat(flags.stage("orders-db")).isEqualTo(OFF);
			assertThat(output).contains("Flag 'orders-db' stays where it is", "more than one step");
			flags.advance("orders-db", "go");
			refresh(context, "something.else", "x");
			assertThat(flags.stage("orders-db")).isEqualTo(DUAL_WRITE);
			stage(context, "shadow");
			assertThat(flags.stage("orders-db")).isEqualTo(SHADOW);
		});
	}

	@Test
	void aRefreshOfSomethingElseLeavesAStageThatWasMoved() {
		this.runner.run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			flags.advance("orders-db", "go");
			refresh(context, "something.else", "x");
			assertThat(flags.stage("orders-db")).isEqualTo(DUAL_WRITE);
		});
	}

	@Test
	void aStageThatIsNoneIsCountedAndChangesNothing(CapturedOutput output) {
		this.runner.run((context) -> {
			stage(context, "nonsense");
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(OFF);
			assertThat(SourcedApplication.errors(context, "properties")).isEqualTo(1);
			assertThat(output).contains("The stage of flag 'orders-db' in the environment is none");
		});
	}

	@Test
	void theEnvironmentDoesNotMoveAFlagThatASourceOwns(CapturedOutput output) {
		this.runner.withBean("remote", MigrationFlagSource.class, () -> (flag, whom) -> LIVE).run((context) -> {
			stage(context, "dualwrite");
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(LIVE);
			assertThat(output).contains("owned by remote");
		});
	}

	@Test
	void aFlagThatIsNewInTheEnvironmentWaitsForTheNextStart(CapturedOutput output) {
		this.runner.run((context) -> {
			refresh(context, "migration.flags.another.stage", "off");
			assertThat(context.getBean(MigrationFlags.class).keys()).containsExactly("orders-db");
			assertThat(output).contains("Flag 'another' was not there at start-up");
		});
	}

}
