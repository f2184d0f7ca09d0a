package dev.migrationflags.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A shared interface, two classes, and every stage.
 */
class AnnotatedMethodsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("migration.flags.orders-db.read.execution=serial",
				"migration.flags.orders-db.write.timing=immediate");

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aReadRunsTheSidesOfItsStage(MigrationStage stage) {
		this.runner.withPropertyValues("migration.flags.orders-db.stage=" + stage.key()).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.findById(1)).hasValue(stage.authority().key() + " 1");
			List<String> expected = new ArrayList<>(List.of(stage.authority() + ".findById"));
			if (stage.readsBoth()) {
				expected.add(stage.authority().other() + ".findById");
			}
			assertThat(context.getBean(Journal.class).entries).isEqualTo(expected);
			assertThat(context.getBean(MeterRegistry.class)
				.get("migration.calls")
				.tags("flag", "orders-db", "operation", "findById", "type", "read", "stage", stage.key(), "origin",
						stage.authority().key(), "authoritative", "true", "outcome", "success", "exception", "none")
				.timer()
				.count()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aWriteRunsTheSidesOfItsStageAuthorityFirst(MigrationStage stage) {
		this.runner.withPropertyValues("migration.flags.orders-db.stage=" + stage.key()).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.save("x")).isEqualTo(stage.authority().key() + " x");
			List<String> expected = new ArrayList<>(List.of(stage.authority() + ".save x"));
			if (stage.writesBoth()) {
				expected.add(stage.authority().other() + ".save " + stage.authority().key() + " x");
			}
			assertThat(context.getBean(Journal.class).entries).isEqualTo(expected);
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void eitherMethodMayBeCalled(MigrationStage stage) {
		this.runner.withPropertyValues("migration.flags.orders-db.stage=" + stage.key()).run((context) -> {
			assertThat(context.getBean(LegacyOrders.class).save("x")).isEqualTo(stage.authority().key() + " x");
			List<String> fromOld = List.copyOf(context.getBean(Journal.class).entries);
			context.getBean(Journal.class).entries.clear();
			assertThat(context.getBean(PostgresOrders.class).save("x")).isEqualTo(stage.authority().key() + " x");
			assertThat(context.getBean(Journal.class).entries).isEqualTo(fromOld);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(stage);
		});
	}

	interface Orders {

		@MigrationRead(key = "#id")
		Optional<String> findById(long id);

		@MigrationWrite(key = "#order", mirror = "#result")
		String save(String order);

	}

	@Migration(flag = "orders-db", origin = MigrationOrigin.OLD)
	static class LegacyOrders implements Orders {

		private final Journal journal;

		LegacyOrders(Journal journal) {
			this.journal = journal;
		}

		@Override
		public Optional<String> findById(long id) {
			this.journal.entries.add("OLD.findById");
			return Optional.of("old " + id);
		}

		@Override
		public String save(String order) {
			this.journal.entries.add("OLD.save " + order);
			return "old " + order;
		}

	}

	@Migration(flag = "orders-db", origin = MigrationOrigin.NEW)
	static class PostgresOrders implements Orders {

		private final Journal journal;

		PostgresOrders(Journal journal) {
			this.journal = journal;
		}

		@Override
		public Optional<String> findById(long id) {
			this.journal.entries.add("NEW.findById");
			return Optional.of("new " + id);
		}

		@Override
		public String save(String order) {
			this.journal.entries.add("NEW.save " + order);
			return "new " + order;
		}

	}

	static class Journal {

		final List<String> entries = new ArrayList<>();

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Journal journal() {
			return new Journal();
		}

		@Bean
		LegacyOrders legacyOrders(Journal journal) {
			return new LegacyOrders(journal);
		}

		@Bean
		PostgresOrders postgresOrders(Journal journal) {
			return new PostgresOrders(journal);
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
