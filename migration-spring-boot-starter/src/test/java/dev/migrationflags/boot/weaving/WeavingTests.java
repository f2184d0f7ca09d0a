package dev.migrationflags.boot.weaving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs with the weaver's agent, in a test run of its own.
 */
class WeavingTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MigrationAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("migration.aop.mode=aspectj", "migration.flags.pricing.read.execution=serial");

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void callsThroughThisAndPrivateAndFinalMethodsAreMigrated(MigrationStage stage) {
		this.runner.withPropertyValues("migration.flags.pricing.stage=" + stage.key()).run((context) -> {
			Pricing pricing = context.getBean(Pricing.class);
			assertThat(AopUtils.isAopProxy(pricing)).isFalse();
			assertThat(pricing.quoteThroughThis("x")).isEqualTo(stage.authority().key() + " x");
			List<String> expected = new ArrayList<>(List.of(stage.authority().key()));
			if (stage.readsBoth()) {
				expected.add(stage.authority().other().key());
			}
			assertThat(pricing.runs).isEqualTo(expected);
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void annotationsOnAnInterfaceAreMigrated(MigrationStage stage) {
		this.runner.withPropertyValues("migration.flags.pricing.stage=" + stage.key()).run((context) -> {
			OldStore store = context.getBean(OldStore.class);
			assertThat(store.save("x")).isEqualTo(stage.authority().key() + " x");
			List<String> expected = new ArrayList<>(List.of(stage.authority().key() + " x"));
			if (stage.writesBoth()) {
				expected.add(stage.authority().other().key() + " " + stage.authority().key() + " x");
			}
			assertThat(context.getBean(Journal.class).entries).isEqualTo(expected);
			assertThat(context.getBean(MeterRegistry.class)
				.get("migration.calls")
				.tags("operation", "save", "authoritative", "true")
				.timer()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void theSecondarySideOfTheCalledMethodRunsOnAnotherThread() {
		this.runner
			.withPropertyValues("migration.flags.pricing.stage=live", "migration.flags.pricing.read.execution=detached")
			.run((context) -> {
				Pricing pricing = context.getBean(Pricing.class);
				assertThat(pricing.quoteThroughThis("x")).isEqualTo("new x");
				await().until(() -> pricing.runs.size() == 2);
				assertThat(pricing.threads).first().isEqualTo(Thread.currentThread().getName());
				assertThat(pricing.threads).last().asString().startsWith("migration-");
			});
	}

	@Test
	void wovenCallsAreLetThroughOnceTheContextIsClosed() {
		Pricing[] pricing = new Pricing[1];
		this.runner.withPropertyValues("migration.flags.pricing.stage=complete")
			.run((context) -> pricing[0] = context.getBean(Pricing.class));
		assertThat(pricing[0].quoteThroughThis("x")).isEqualTo("old x");
	}

	static class Pricing {

		final List<String> runs = new CopyOnWriteArrayList<>();

		final List<String> threads = new CopyOnWriteArrayList<>();

		String quoteThroughThis(String cart) {
			return this.quoteInProcess(cart);
		}

		@MigrationRead(flag = "pricing", origin = MigrationOrigin.OLD, operation = "quote")
		private String quoteInProcess(String cart) {
			return ran("old", cart);
		}

		@MigrationRead(flag = "pricing", origin = MigrationOrigin.NEW, operation = "quote")
		final String quoteOverHttp(String cart) {
			return ran("new", cart);
		}

		private String ran(String side, String cart) {
			this.runs.add(side);
			this.threads.add(Thread.currentThread().getName());
			return side + " " + cart;
		}

	}

	interface Store {

		@MigrationWrite(mirror = "#result")
		String save(String value);

	}

	@Migration(flag = "pricing", origin = MigrationOrigin.OLD)
	static class OldStore implements Store {

		private final Journal journal;

		OldStore(Journal journal) {
			this.journal = journal;
		}

		@Override
		public final String save(String value) {
			this.journal.entries.add("old " + value);
			return "old " + value;
		}

	}

	@Migration(flag = "pricing", origin = MigrationOrigin.NEW)
	static final class NewStore implements Store {

		private final Journal journal;

		NewStore(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String save(String value) {
			this.journal.entries.add("new " + value);
			return "new " + value;
		}

	}

	static class Journal {

		final List<String> entries = new CopyOnWriteArrayList<>();

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Pricing pricing() {
			return new Pricing();
		}

		@Bean
		Journal journal() {
			return new Journal();
		}

		@Bean
		OldStore oldStore(Journal journal) {
			return new OldStore(journal);
		}

		@Bean
		NewStore newStore(Journal journal) {
			return new NewStore(journal);
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
