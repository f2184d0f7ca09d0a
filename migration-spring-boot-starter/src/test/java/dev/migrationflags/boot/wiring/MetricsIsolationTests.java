package dev.migrationflags.boot.wiring;

import java.util.Set;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import dev.migrationflags.boot.wiring.Pricing.NewPricing;
import dev.migrationflags.boot.wiring.Pricing.OldPricing;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.logging.logback.LogbackMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.system.SystemMetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The meters of the application are as they would be without migrations, and those of
 * migrations are right where Prometheus reads them.
 */
class MetricsIsolationTests {

	private static ApplicationContextRunner application() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, JvmMetricsAutoConfiguration.class,
					SystemMetricsAutoConfiguration.class, LogbackMetricsAutoConfiguration.class))
			.withUserConfiguration(OldPricing.class, NewPricing.class, Caller.class)
			.withBean(Journal.class)
			.withPropertyValues("management.metrics.tags.region=eu");
	}

	private static ApplicationContextRunner migrated(MigrationStage stage) {
		return application().withConfiguration(AutoConfigurations.of(MigrationAutoConfiguration.class))
			.withPropertyValues(Wiring.flag(Wiring.FLAG, stage));
	}

	private static Set<String> names(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> !id.getName().startsWith("migration."))
			// pools and collectors of this JVM come and go
			.filter((id) -> !id.getName().startsWith("jvm.gc."))
			.map((id) -> id.getName() + id.getTags() + id.getDescription())
			.collect(Collectors.toSet());
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void theMetersOfTheApplicationAreUntouched(boolean earlyCall) {
		application().withPropertyValues("early=false").run((plain) -> {
			Set<String> expected = names(plain.getBean(MeterRegistry.class));
			assertThat(expected).hasSizeGreaterThan(30).allMatch((name) -> name.contains("region"));
			migrated(MigrationStage.SHADOW).withPropertyValues("early=" + earlyCall).run((context) -> {
				context.getBean(Pricing.class).quote("x");
				assertThat(names(context.getBean(MeterRegistry.class))).isEqualTo(expected);
			});
		});
	}

	/**
	 * Calls a migrated method before all beans are there.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Caller {

		private final Pricing pricing;

		private final Environment environment;

		Caller(@Qualifier("pricing.OldPricing") Pricing pricing, Environment environment) {
			this.pricing = pricing;
			this.environment = environment;
		}

		@PostConstruct
		void call() {
			if (this.environment.getProperty("early", Boolean.class, false)) {
				this.pricing.quote("early");
			}
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void prometheusReadsTheCallsOfEachSide(MigrationStage stage) {
		migrated(stage).run((context) -> {
			context.getBean(Pricing.class).quote("x");
			context.getBean(Pricing.class).quote("y");
			String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
			assertThat(scrape).contains(calls(stage, stage.authority().key(), true) + " 2");
			if (stage.readsBoth()) {
				assertThat(scrape).contains(calls(stage, stage.authority().other().key(), false) + " 2");
				assertThat(scrape)
					.contains("migration_comparisons_total{flag=\"a-flag\",operation=\"quote\",region=\"eu\","
							+ "result=\"mismatch\",stage=\"%s\"} 2.0".formatted(stage.key()));
			}
			else {
				assertThat(scrape).doesNotContain("authoritative=\"false\"").doesNotContain("migration_comparisons");
			}
			assertThat(scrape)
				.contains("migration_stage{flag=\"a-flag\",region=\"eu\"} %d.0".formatted(stage.ordinal()));
		});
	}

	private static String calls(MigrationStage stage, String origin, boolean authoritative) {
		return "migration_calls_seconds_count{authoritative=\"%s\",exception=\"none\",flag=\"a-flag\",operation=\"quote\",origin=\"%s\",outcome=\"success\",region=\"eu\",stage=\"%s\",type=\"read\"}"
			.formatted(authoritative, origin, stage.key());
	}

	@Test
	void callsInSeveralStagesAreReadOneByOne() {
		migrated(MigrationStage.OFF).run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			for (MigrationStage stage : MigrationStage.values()) {
				if (flags.stage(Wiring.FLAG) != stage) {
					flags.advance(Wiring.FLAG, "test");
				}
				context.getBean(Pricing.class).quote("x");
			}
			String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
			for (MigrationStage stage : MigrationStage.values()) {
				assertThat(scrape).contains(calls(stage, stage.authority().key(), true) + " 1");
			}
			assertThat(scrape)
				.contains("migration_stage_changes_total{flag=\"a-flag\",forced=\"false\",from=\"off\",region=\"eu\","
						+ "to=\"dualwrite\"} 1.0");
		});
	}

	@Test
	void withoutAnyRegistryCallsGoOn() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MigrationAutoConfiguration.class))
			.withUserConfiguration(OldPricing.class, NewPricing.class)
			.withBean(Journal.class)
			.withPropertyValues(Wiring.flag(Wiring.FLAG, MigrationStage.SHADOW))
			.run((context) -> assertThat(context.getBean(Pricing.class).quote("x")).isEqualTo("old"));
	}

}
