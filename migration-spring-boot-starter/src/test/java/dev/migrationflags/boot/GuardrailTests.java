package dev.migrationflags.boot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.migrationflags.GuardrailEvent;
import dev.migrationflags.GuardrailEvent.Action;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.readiness.Guardrails;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.StageMoves;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Readiness and guardrail in an application: real calls, and a clock that the tests move
 * on.
 */
class GuardrailTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("migration.flags.prices.read.execution=serial");

	@Test
	void newSideThatBeginsToFailLosesTheLeadAndIsThenLeftOut() {
		this.runner
			.withPropertyValues("migration.flags.prices.stage=live", "migration.flags.prices.guardrail.enabled=true",
					"migration.flags.prices.guardrail.calls=50")
			.run((context) -> {
				Prices prices = context.getBean(Prices.class);
				Machinery newSide = context.getBean(Machinery.class);
				Guardrails guardrails = context.getBean(Guardrails.class);
				Time time = context.getBean(Time.class);
				guardrails.tick();
				for (int i = 0; i < 60; i++) {
					assertThat(prices.of("a")).isEqualTo("1");
				}
				time.pass(Duration.ofSeconds(61));
				guardrails.tick();
				assertThat(context.getBean(MigrationFlags.class).stage("prices")).isEqualTo(MigrationStage.LIVE);

				newSide.broken = true;
				assertThat(failures(prices, 60)).isEqualTo(30);
				guardrails.tick();
				assertThat(context.getBean(MigrationFlags.class).stage("prices")).isEqualTo(MigrationStage.SHADOW);
				assertThat(failures(prices, 60)).isZero();
				time.pass(Duration.ofSeconds(61));
				guardrails.tick();
				assertThat(context.getBean(FlagRegistry.class).get("prices").secondaryReadsStopped()).isFalse();

				time.pass(Duration.ofMinutes(5));
				assertThat(failures(prices, 60)).isZero();
				guardrails.tick();
				int calls = newSide.calls.get();
				assertThat(failures(prices, 10)).isZero();
				assertThat(newSide.calls).hasValue(calls);

				Listener listener = context.getBean(Listener.class);
				assertThat(listener.guardrail).extracting(GuardrailEvent::action)
					.containsExactly(Action.STEPPED_BACK, Action.STOPPED);
				assertThat(listener.changes).singleElement().satisfies((change) -> {
					assertThat(change.actor()).isEqualTo("guardrail");
					assertThat(change.forced()).isFalse();
					assertThat(change.reason()).startsWith("of: ").contains("calls of the new side failed");
				});
				assertThat(context.getBean(FlagRegistry.class).get("prices").changes()).hasSize(2);
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				for (String action : List.of("stepped_back", "stopped")) {
					assertThat(meters.get("migration.guardrail.actions")
						.tags("flag", "prices", "action", action)
						.counter()
						.count()).isEqualTo(1);
				}
				assertThat(meters.get("migration.skipped").tags("flag", "prices", "reason", "open").counter().count())
					.isEqualTo(10);
			});
	}

	private static int failures(Prices prices, int times) {
		int failures = 0;
		for (int i = 0; i < times; i++) {
			try {
				prices.of("a");
			}
			catch (IllegalStateException ex) {
				failures++;
			}
		}
		return failures;
	}

	@Test
	void threadOfTheGuardrailEndsWithTheApplication() {
		this.runner
			.withPropertyValues("migration.flags.prices.stage=live", "migration.flags.prices.guardrail.enabled=true")
			.run((context) -> assertThat(guardrailThreads()).isNotEmpty().allMatch(Thread::isDaemon));
		Awaitility.await().untilAsserted(() -> assertThat(guardrailThreads()).isEmpty());
	}

	@Test
	void withoutGuardrailThereIsNoThread() {
		this.runner.withPropertyValues("migration.flags.prices.stage=live")
			.run((context) -> assertThat(guardrailThreads()).isEmpty());
	}

	private static List<Thread> guardrailThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> "migration-guardrail".equals(thread.getName()))
			.toList();
	}

	@Test
	void readinessLooksAtTheCallsOfTheApplication() {
		this.runner
			.withPropertyValues("migration.flags.prices.stage=shadow",
					"migration.flags.prices.readiness.required=volume,latency",
					"migration.flags.prices.readiness.volume=100", "migration.flags.prices.readiness.latency=100000",
					"migration.flags.prices.readiness.window=2m")
			.run((context) -> {
				StageMoves moves = context.getBean(StageMoves.class);
				assertThat(moves.readiness("prices").ready()).isFalse();
				Prices prices = context.getBean(Prices.class);
				for (int i = 0; i < 100; i++) {
					prices.of("a");
				}
				Readiness readiness = moves.readiness("prices");
				assertThat(readiness.ready()).isTrue();
				assertThat(readiness.checks())
					.contains(
							new Readiness.Check("volume", true, true, "100 comparisons in the last 2 min, 100 needed"))
					.extracting(Readiness.Check::name)
					.containsExactly("step", "owned", "consistency", "volume", "errors", "latency");
				assertThat(context.getBean(EngineMeters.class).calls("prices")).hasSize(2)
					.allMatch((calls) -> calls.count() == 100 && calls.errors() == 0 && calls.p99() < 10);
				moves.advance("prices", "it is ready");
			});
	}

	interface Prices {

		@MigrationRead
		String of(String article);

	}

	@Migration(flag = "prices", origin = MigrationOrigin.OLD)
	static class OldPrices implements Prices {

		@Override
		public String of(String article) {
			return "1";
		}

	}

	@Migration(flag = "prices", origin = MigrationOrigin.NEW)
	static class NewPrices implements Prices {

		private final Machinery machinery;

		NewPrices(Machinery machinery) {
			this.machinery = machinery;
		}

		@Override
		public String of(String article) {
			// not five times in a row, which would open the breaker
			if (this.machinery.calls.incrementAndGet() % 2 == 0 && this.machinery.broken) {
				throw new IllegalStateException("out of order");
			}
			return "1";
		}

	}

	/**
	 * What the new side works with.
	 */
	static final class Machinery {

		private final AtomicInteger calls = new AtomicInteger();

		private volatile boolean broken;

	}

	static final class Listener {

		private final List<GuardrailEvent> guardrail = new CopyOnWriteArrayList<>();

		private final List<StageChangedEvent> changes = new CopyOnWriteArrayList<>();

		@EventListener
		void on(GuardrailEvent event) {
			this.guardrail.add(event);
		}

		@EventListener
		void on(StageChangedEvent event) {
			this.changes.add(event);
		}

	}

	/**
	 * The time of this machine, moved on.
	 */
	static final class Time implements NanoTime {

		private final AtomicLong passed = new AtomicLong();

		void pass(Duration duration) {
			this.passed.addAndGet(duration.toNanos());
		}

		@Override
		public long getAsLong() {
			return System.nanoTime() + this.passed.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		OldPrices oldPrices() {
			return new OldPrices();
		}

		@Bean
		NewPrices newPrices(Machinery machinery) {
			return new NewPrices(machinery);
		}

		@Bean
		Machinery machinery() {
			return new Machinery();
		}

		@Bean
		Listener listener() {
			return new Listener();
		}

		@Bean
		Time time() {
			return new Time();
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
