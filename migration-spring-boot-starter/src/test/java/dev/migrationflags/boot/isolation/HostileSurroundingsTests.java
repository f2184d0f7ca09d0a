package dev.migrationflags.boot.isolation;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.engine.ContextCarrier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.util.AopTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever else of the application a call asks may throw: the caller is served, and the
 * log says so once.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class HostileSurroundingsTests {

	private static final int CALLS = 5;

	private final AtomicInteger secondaries = new AtomicInteger();

	private ApplicationContextRunner runner(String execution) {
		return Shop.runner().withPropertyValues("migration.flags.shop.read.execution=" + execution);
	}

	private void callerIsServedAndBothSidesRun(Shop shop) throws Exception {
		((Shop) AopTestUtils.getTargetObject(shop)).newSide = () -> {
			this.secondaries.incrementAndGet();
			return "old";
		};
		for (int i = 1; i <= CALLS; i++) {
			assertThat(shop.find(1)).isEqualTo("old");
			assertThat(shop.save(1)).isEqualTo("old");
		}
		Awaitility.await().untilAsserted(() -> assertThat(this.secondaries).hasValue(2 * CALLS));
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent", "serial" })
	void meterFilterThatThrowsCostsTheMetersOnly(String execution, CapturedOutput output) {
		runner(execution).run((context) -> {
			context.getBean(MeterRegistry.class).config().meterFilter(new MeterFilter() {

				@Override
				public MeterFilterReply accept(Meter.Id id) {
					throw new IllegalStateException("filter");
				}

			});
			callerIsServedAndBothSidesRun(context.getBean(Shop.class));
			assertThat(output).containsOnlyOnce("A migration meter could not be recorded");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent" })
	void carrierThatThrowsCostsNoCall(String execution, CapturedOutput output) {
		// with Micrometer's propagation hidden, the application's own carrier is the only
		// one
		runner(execution).withClassLoader(new FilteredClassLoader("io.micrometer.context"))
			.withBean(ContextCarrier.class, () -> (call) -> {
				throw new AssertionError("carrier");
			})
			.run((context) -> {
				callerIsServedAndBothSidesRun(context.getBean(Shop.class));
				assertThat(output.toString().split("could not be taken along", -1)).hasSizeLessThanOrEqualTo(2);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent", "serial" })
	void contextProviderThatThrowsCostsTheRolloutOnly(String execution, CapturedOutput output) {
		runner(execution)
			.withPropertyValues("migration.flags.shop.rollout.rampdown=0", "migration.flags.shop.context=user",
					"migration.flags.shop.cohorts[0].name=staff", "migration.flags.shop.cohorts[0].match.plan=internal",
					"migration.flags.shop.cohorts[0].stage=dualwrite")
			.withBean(MigrationContextProvider.class, () -> () -> {
				throw new StackOverflowError();
			})
			.run((context) -> {
				callerIsServedAndBothSidesRun(context.getBean(Shop.class));
				assertThat(flagErrors(context.getBean(MeterRegistry.class))).isEqualTo(Map.of("context", 2.0 * CALLS));
				assertThat(output).containsOnlyOnce("The context of a call of flag 'shop' is unknown");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent", "serial" })
	void expressionsThatThrowCostNoCall(String execution, CapturedOutput output) {
		runner(execution)
			.withPropertyValues("migration.flags.shop.cohorts[0].name=staff", "migration.flags.shop.context=user",
					"migration.flags.shop.cohorts[0].match.plan=internal",
					"migration.flags.shop.cohorts[0].stage=dualwrite")
			.withBean(Expressive.class, Expressive::new)
			.run((context) -> {
				Expressive shop = context.getBean(Expressive.class);
				Expressive target = AopTestUtils.getTargetObject(shop);
				for (int i = 0; i < CALLS; i++) {
					assertThat(shop.look(1)).isEqualTo("old");
					assertThat(shop.put(1)).isEqualTo("old");
				}
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(target.reads).hasValue(CALLS));
				// a mirror that fails is a second write that fails
				assertThat(target.writes).hasValue(0);
				assertThat(Shop.calls(context.getBean(MeterRegistry.class), "operation", "put", "outcome", "error"))
					.isEqualTo(CALLS);
				Awaitility.await()
					.untilAsserted(() -> assertThat(flagErrors(context.getBean(MeterRegistry.class)))
						.containsEntry("context", (double) CALLS)
						.containsKey("key"));
				assertThat(output).containsOnlyOnce("A context expression failed");
			});
	}

	private static Map<String, Double> flagErrors(MeterRegistry meters) {
		return meters.find("migration.flag.errors")
			.counters()
			.stream()
			.collect(Collectors.toMap((counter) -> counter.getId().getTag("source"), Counter::count));
	}

	/**
	 * Expressions that fail on every call.
	 */
	public static class Expressive {

		final AtomicInteger reads = new AtomicInteger();

		final AtomicInteger writes = new AtomicInteger();

		@MigrationRead(flag = "shop", origin = MigrationOrigin.OLD, operation = "look",
				context = "T(Integer).parseInt('x')", key = "T(Integer).parseInt('x')")
		public String look(long id) {
			return "old";
		}

		@MigrationRead(flag = "shop", origin = MigrationOrigin.NEW, operation = "look")
		public String lookInNew(long id) {
			this.reads.incrementAndGet();
			return "new";
		}

		@MigrationWrite(flag = "shop", origin = MigrationOrigin.OLD, operation = "put",
				mirror = "T(Integer).parseInt('x')")
		public String put(long id) {
			return "old";
		}

		@MigrationWrite(flag = "shop", origin = MigrationOrigin.NEW, operation = "put")
		public String putInNew(long id) {
			this.writes.incrementAndGet();
			return "new";
		}

	}

}
