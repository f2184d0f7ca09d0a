package dev.migrationflags.boot.source;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.boot.source.SourcedApplication.OldOrders;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.ProviderNotReadyError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests with OpenFeature's own client and a provider in every kind of trouble.
 */
@ExtendWith(OutputCaptureExtension.class)
class OpenFeatureProviderTests {

	private static final String NAME = "troubled";

	private final Troubled provider = new Troubled();

	private final ApplicationContextRunner runner = SourcedApplication.runner()
		.withBean(Client.class, this::client)
		.withPropertyValues("migration.flags.orders-db.stages=4", "migration.flags.orders-db.stage=off");

	private Client client() {
		OpenFeatureAPI.getInstance().setProvider(NAME, this.provider);
		return OpenFeatureAPI.getInstance().getClient(NAME);
	}

	@AfterEach
	void stop() {
		this.provider.hang.countDown();
		OpenFeatureAPI.getInstance().shutdown();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "LIVE", " live", "dual-write", "dualwrite", "nonsense", "3", "false" })
	void anAnswerThatIsNoStageOfTheFlagLeavesTheLastGoodOne(@Nullable String value) {
		this.runner.run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.stage("orders-db")).isEqualTo(SHADOW);
			this.provider.value.set(value);
			assertThat(flags.stage("orders-db")).isEqualTo(SHADOW);
			await().until(() -> SourcedApplication.errors(context, "openfeature") > 0);
			assertThat(flags.stage("orders-db")).isEqualTo(SHADOW);
			assertThat(context.getBean(OldOrders.class).save("1")).isEqualTo("old");
			this.provider.value.set("off");
			await().until(() -> flags.stage("orders-db") == OFF);
		});
	}

	@Test
	void aProviderThatFailsUnderTrafficCostsNoCallAndWarnsOnce(CapturedOutput output) {
		this.runner.run((context) -> {
			Traffic traffic = new Traffic(context.getBean(OldOrders.class));
			this.provider.failure.set(new IllegalStateException("a secret"));
			await().until(() -> SourcedApplication.errors(context, "openfeature") > 20);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			this.provider.failure.set(null);
			this.provider.value.set("off");
			await().until(() -> context.getBean(MigrationFlags.class).stage("orders-db") == OFF);
			traffic.stop();
			assertThat(output.getOut().split("Source openfeature of flag 'orders-db'", -1)).hasSize(2);
		});
	}

	@Test
	void aProviderThatHangsUnderTrafficCostsNoCallAndNoThread() {
		this.runner.run((context) -> {
			Traffic traffic = new Traffic(context.getBean(OldOrders.class));
			this.provider.hangs = true;
			await().until(() -> SourcedApplication.errors(context, "openfeature") > 20);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			assertThat(threads()).isLessThanOrEqualTo(8);
			this.provider.hangs = false;
			this.provider.hang.countDown();
			this.provider.value.set("off");
			await().until(() -> context.getBean(MigrationFlags.class).stage("orders-db") == OFF);
			traffic.stop();
		});
		await().until(() -> threads() == 0);
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("migration-source-openfeature"))
			.count();
	}

	@Test
	void aProviderThatIsNotReadyYetIsCountedAndTakenOverOnceItIs() {
		this.provider.failure.set(new ProviderNotReadyError("soon"));
		this.runner.run((context) -> {
			MigrationFlags flags = context.getBean(MigrationFlags.class);
			assertThat(flags.stage("orders-db")).isEqualTo(OFF);
			assertThat(context.getBean(OldOrders.class).find("1")).isEqualTo("old");
			assertThat(SourcedApplication.errors(context, "openfeature")).isPositive();
			this.provider.failure.set(null);
			await().until(() -> flags.stage("orders-db") == SHADOW);
		});
	}

	@Test
	void aFlagThatIsForgottenUnderTrafficKeepsItsLastGoodStage() {
		this.runner.run((context) -> {
			Traffic traffic = new Traffic(context.getBean(OldOrders.class));
			this.provider.forgets = true;
			await().until(() -> SourcedApplication.errors(context, "openfeature") > 20);
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(SHADOW);
			traffic.stop();
		});
	}

	@Test
	void aStageThatTheFlagLacksIsNotTakenAtStartUpEither() {
		this.provider.value.set(DUAL_WRITE.key());
		this.runner.run((context) -> {
			assertThat(context.getBean(MigrationFlags.class).stage("orders-db")).isEqualTo(OFF);
			assertThat(SourcedApplication.errors(context, "openfeature")).isPositive();
		});
	}

	/**
	 * Calls without a pause, none of which may fail.
	 */
	private static final class Traffic {

		private final AtomicBoolean stopped = new AtomicBoolean();

		private final CompletableFuture<Integer> calls;

		Traffic(OldOrders orders) {
			this.calls = CompletableFuture.supplyAsync(() -> {
				int count = 0;
				while (!this.stopped.get()) {
					assertThat(orders.find("1")).isEqualTo("old");
					assertThat(orders.save("1")).isEqualTo("old");
					count++;
				}
				return count;
			});
		}

		void stop() throws Exception {
			this.stopped.set(true);
			assertThat(this.calls.get(30, TimeUnit.SECONDS)).isPositive();
		}

	}

	/**
	 * A provider that does what a test tells it.
	 */
	private static final class Troubled implements FeatureProvider {

		final AtomicReference<@Nullable String> value = new AtomicReference<>("shadow");

		final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

		final CountDownLatch hang = new CountDownLatch(1);

		volatile boolean hangs;

		volatile boolean forgets;

		@Override
		public Metadata getMetadata() {
			return () -> NAME;
		}

		@Override
		public ProviderEvaluation<String> getStringEvaluation(String key, String defaultValue,
				EvaluationContext context) {
			RuntimeException failure = this.failure.get();
			if (failure != null) {
				throw failure;
			}
			if (this.hangs) {
				try {
					this.hang.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			if (this.forgets) {
				return ProviderEvaluation.<String>builder()
					.value(defaultValue)
					.errorCode(ErrorCode.FLAG_NOT_FOUND)
					.reason("ERROR")
					.build();
			}
			return ProviderEvaluation.<String>builder().value(this.value.get()).reason("STATIC").build();
		}

		@Override
		public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean defaultValue,
				EvaluationContext context) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer defaultValue,
				EvaluationContext context) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double defaultValue,
				EvaluationContext context) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ProviderEvaluation<Value> getObjectEvaluation(String key, Value defaultValue,
				EvaluationContext context) {
			throw new UnsupportedOperationException();
		}

	}

}
