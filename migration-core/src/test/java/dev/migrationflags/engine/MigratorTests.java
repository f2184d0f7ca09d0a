package dev.migrationflags.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Migrator;
import dev.migrationflags.MigratorBuilder;
import dev.migrationflags.MigratorFactory;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.UnknownFlagException;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MigrationSetupException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link Migrator}, as built by {@link EngineMigrators} and
 * {@link OldSideMigrators}.
 */
class MigratorTests {

	private final Orders oldOrders = new Orders("old");

	private final Orders newOrders = new Orders("new");

	private Migrator<Long, Optional<Order>, Order> migrator(TestEngine engine) {
		return engine.<Long, Optional<Order>, Order>migrator()
			.operation("order")
			.read(this.oldOrders::find, this.newOrders::find,
					(oldOrder, newOrder) -> oldOrder.isPresent() == newOrder.isPresent())
			.write(this.oldOrders::create, this.newOrders::create)
			.build();
	}

	@ParameterizedTest
	@EnumSource
	void migratorReadsAndWritesThroughTheStages(MigrationStage stage) throws Exception {
		try (TestEngine engine = TestEngine.at(stage)) {
			Migrator<Long, Optional<Order>, Order> orders = migrator(engine);
			assertThat(orders.write(7L)).isEqualTo(new Order(7, stage.authority().key()));
			assertThat(orders.read(7L)).contains(new Order(7, stage.authority().key()));
			assertThat(orders.read(8L)).isEmpty();
			assertThat(this.oldOrders.created.size() + this.newOrders.created.size())
				.isEqualTo(stage.writesBoth() ? 2 : 1);
			assertThat(engine.compared(stage, "match")).isEqualTo(stage.readsBoth() ? 2 : 0);
			assertThat(engine.calls("operation", "order")).isEqualTo(engine.calls()).isPositive();
			assertThat(engine.flag.hasWrites()).isTrue();
		}
	}

	@Test
	void contextOfTheCallDecidesTheStage() throws Exception {
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF, (flag) -> flag.context("customer")
			.cohort("staff", Map.of("key", List.of("anna")), MigrationStage.COMPLETE))) {
			Migrator<Long, Optional<Order>, Order> orders = migrator(engine);
			MigrationContext anna = MigrationContext.of("customer", "anna");
			MigrationContext otto = MigrationContext.of("customer", "otto");
			assertThat(orders.write(1L, anna).side()).isEqualTo("new");
			assertThat(orders.write(1L, otto).side()).isEqualTo("old");
			assertThat(orders.write(1L).side()).isEqualTo("old");
			assertThat(orders.read(1L, anna).orElseThrow().side()).isEqualTo("new");
			assertThat(orders.read(1L, otto).orElseThrow().side()).isEqualTo("old");
			assertThat(orders.read(1L).orElseThrow().side()).isEqualTo("old");
		}
	}

	@ParameterizedTest
	@EnumSource
	void migratorMayReadOnly(MigrationStage stage) throws Exception {
		try (TestEngine engine = TestEngine.at(stage)) {
			Migrator<Long, String, Void> migrator = engine.<Long, String, Void>migrator()
				.read((id) -> "old " + id, (id) -> "new " + id)
				.build();
			assertThat(migrator.read(1L)).isEqualTo(stage.authority().key() + " 1");
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> migrator.write(1L))
				.withMessageContaining("without a write")
				.withMessageContaining("write(old, new)");
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> migrator.write(1L, MigrationContext.anonymous()));
			assertThat(engine.flag.hasWrites()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void migratorMayWriteOnly(MigrationStage stage) throws Exception {
		try (TestEngine engine = TestEngine.at(stage)) {
			Migrator<Long, Void, String> migrator = engine.<Long, Void, String>migrator()
				.write((id) -> "old " + id, (id) -> "new " + id)
				.build();
			assertThat(migrator.write(1L)).isEqualTo(stage.authority().key() + " 1");
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> migrator.read(1L))
				.withMessageContaining("without a read")
				.withMessageContaining("read(old, new)");
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> migrator.read(1L, MigrationContext.anonymous()));
		}
	}

	@Test
	void migratorThatDoesNothingCannotBeBuilt() {
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF)) {
			MigratorBuilder<Long, Void, Void> builder = engine.migrator();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(builder::build)
				.withMessageContaining("'orders-db'")
				.withMessageContaining("read(old, new)")
				.withMessageContaining("write(old, new)");
		}
	}

	@Test
	void writesUnderARolloutAcrossClassesCannotBeBuiltUnlessTheContextIsNamed() {
		try (TestEngine engine = TestEngine.at(MigrationStage.SHADOW, (flag) -> flag.rollout(MigrationStage.LIVE, 5))) {
			MigratorBuilder<Long, Optional<Order>, Order> builder = engine.migrator();
			builder.read(this.oldOrders::find, this.newOrders::find).build();
			builder.write(this.oldOrders::create, this.newOrders::create);
			assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(builder::build)
				.withMessageContaining("orders-db")
				.withMessageContaining("live")
				.withMessageContaining("migration.flags.orders-db.context");
		}
		try (TestEngine engine = TestEngine.at(MigrationStage.SHADOW,
				(flag) -> flag.rollout(MigrationStage.LIVE, 5).context("customer"))) {
			assertThat(migrator(engine)).isNotNull();
		}
	}

	@Test
	void unknownFlagNamesTheKnownOnes() {
		FlagRegistry flags = FlagRegistry.of(List.of(MigrationFlag.named("orders-db").stage(MigrationStage.OFF).build(),
				MigrationFlag.named("pricing").stage(MigrationStage.OFF).build()));
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF)) {
			for (MigratorFactory factory : List.of(new EngineMigrators(engine.engine, flags),
					new OldSideMigrators(flags))) {
				assertThatExceptionOfType(UnknownFlagException.class).isThrownBy(() -> factory.migrator("order-db"))
					.withMessageContaining("'order-db'")
					.withMessageContaining("orders-db, pricing");
			}
		}
	}

	@Test
	void operationIsCalledAfterTheFlagUnlessItIsNamed() throws Exception {
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF)) {
			engine.<Long, String, Void>migrator().read((id) -> "old", (id) -> "new").build().read(1L);
			assertThat(engine.calls("operation", "orders-db")).isEqualTo(1);
			engine.<Long, String, Void>migrator().read((id) -> "old", (id) -> "new").operation("find").build().read(1L);
			assertThat(engine.calls("operation", "find")).isEqualTo(1);
		}
	}

	@Test
	void settingsOfTheNamedOperationApply() throws Exception {
		try (TestEngine engine = TestEngine.at(MigrationStage.SHADOW,
				(flag) -> flag.operation("find", (operation) -> operation.readSampling(0)))) {
			engine.<Long, String, Void>migrator()
				.read((id) -> "old", (id) -> "new")
				.operation("find")
				.readExecution(ReadExecution.SERIAL)
				.build()
				.read(1L);
			assertThat(engine.skipped("sampled")).isEqualTo(1);
		}
	}

	@Test
	void readExecutionOfTheMigratorWinsOverThatOfTheFlag() throws Exception {
		try (TestEngine engine = TestEngine.at(MigrationStage.SHADOW,
				(flag) -> flag.readExecution(ReadExecution.RANDOM))) {
			List<MigrationOrigin> order = new ArrayList<>();
			MigratorBuilder<Long, MigrationOrigin, Void> builder = engine.<Long, MigrationOrigin, Void>migrator()
				.read((id) -> {
					order.add(MigrationOrigin.OLD);
					return MigrationOrigin.OLD;
				}, (id) -> {
					order.add(MigrationOrigin.NEW);
					return MigrationOrigin.NEW;
				});
			assertThat(firsts(builder.build(), order)).containsOnly(MigrationOrigin.values());
			assertThat(firsts(builder.readExecution(ReadExecution.SERIAL).build(), order))
				.containsOnly(MigrationOrigin.OLD);
		}
	}

	private static List<MigrationOrigin> firsts(Migrator<Long, ?, ?> migrator, List<MigrationOrigin> order)
			throws Exception {
		List<MigrationOrigin> firsts = new ArrayList<>();
		for (int i = 0; i < 64; i++) {
			order.clear();
			migrator.read(1L);
			firsts.add(order.get(0));
		}
		return firsts;
	}

	@Test
	void trackingOfTheMigratorWinsOverThatOfTheFlag() throws Exception {
		try (TestEngine engine = TestEngine.at(MigrationStage.OFF,
				(flag) -> flag.trackLatency(false).trackErrors(false))) {
			MigratorBuilder<Long, Object, Void> good = engine.<Long, Object, Void>migrator()
				.read((id) -> "old", (id) -> "new");
			MigratorBuilder<Long, Object, Void> bad = engine.<Long, Object, Void>migrator().read((id) -> {
				throw new IOException();
			}, (id) -> "new");
			good.build().read(1L);
			assertThat(catchThrowable(() -> bad.build().read(1L))).isInstanceOf(IOException.class);
			assertThat(engine.meters.getMeters()).isEmpty();
			good.trackLatency(true).build().read(1L);
			assertThat(catchThrowable(() -> bad.trackLatency(true).build().read(1L))).isInstanceOf(IOException.class);
			assertThat(engine.calls("outcome", "success")).isEqualTo(1);
			assertThat(engine.calls()).isEqualTo(1);
			assertThat(catchThrowable(() -> bad.trackErrors(true).build().read(1L))).isInstanceOf(IOException.class);
			assertThat(engine.calls("outcome", "error", "exception", "IOException")).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("NullAway") // does not follow nulls through type arguments
	void payloadAndResultsMayBeNull(MigrationStage stage) throws Exception {
		try (TestEngine engine = TestEngine.at(stage)) {
			List<@Nullable String> payloads = new ArrayList<>();
			Migrator<String, String, String> migrator = engine.<String, String, String>migrator().read((payload) -> {
				payloads.add(payload);
				return null;
			}, (payload) -> {
				payloads.add(payload);
				return null;
			}, (oldValue, newValue) -> {
				throw new AssertionError("asked about null");
			}).write((payload) -> null, (payload) -> null).build();
			assertThat(migrator.read(null)).isNull();
			assertThat(migrator.write(null)).isNull();
			assertThat(payloads).hasSize(stage.readsBoth() ? 2 : 1).containsOnlyNulls();
			assertThat(engine.compared(stage, "match")).isEqualTo(stage.readsBoth() ? 1 : 0);
			assertThat(engine.compared(stage, "comparator_error")).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatAFunctionThrowsReachesTheCallerAsItIs(MigrationStage stage) {
		for (Throwable throwable : List.of(new IOException(), new IllegalStateException(), new AssertionError(),
				new Throwable("neither an exception nor an error"))) {
			try (TestEngine engine = TestEngine.at(stage)) {
				Migrator<Long, String, String> migrator = engine.<Long, String, String>migrator()
					.read((id) -> MigratorTests.<RuntimeException>sneaky(throwable),
							(id) -> MigratorTests.<RuntimeException>sneaky(throwable))
					.write((id) -> MigratorTests.<RuntimeException>sneaky(throwable),
							(id) -> MigratorTests.<RuntimeException>sneaky(throwable))
					.build();
				assertThat(catchThrowable(() -> migrator.read(1L))).isSameAs(throwable);
				assertThat(catchThrowable(() -> migrator.write(1L))).isSameAs(throwable);
			}
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <T extends Throwable> String sneaky(Throwable throwable) throws T {
		throw (T) throwable;
	}

	@ParameterizedTest
	@EnumSource
	void disabledMigratorRunsTheOldFunctionWhateverTheStage(MigrationStage stage) throws Exception {
		FlagRegistry flags = FlagRegistry
			.of(List.of(MigrationFlag.named("orders-db").stage(stage).rollout(MigrationStage.COMPLETE, 100).build()));
		Migrator<Long, Optional<Order>, Order> orders = new OldSideMigrators(flags)
			.<Long, Optional<Order>, Order>migrator("orders-db")
			.read(this.oldOrders::find, this.newOrders::find)
			.write(this.oldOrders::create, this.newOrders::create)
			.build();
		assertThat(orders.write(7L)).isEqualTo(new Order(7, "old"));
		assertThat(orders.read(7L, MigrationContext.of("anna"))).contains(new Order(7, "old"));
		assertThat(this.newOrders.created).isEmpty();
		assertThat(this.newOrders.found).isEmpty();
	}

	@Test
	void disabledMigratorHandsFailuresOnAndKnowsTheSameRules() {
		FlagRegistry flags = FlagRegistry
			.of(List.of(MigrationFlag.named("orders-db").stage(MigrationStage.SHADOW).build()));
		IOException failure = new IOException();
		Migrator<Long, String, Void> migrator = new OldSideMigrators(flags).<Long, String, Void>migrator("orders-db")
			.read((id) -> {
				throw failure;
			}, (id) -> "new")
			.build();
		assertThat(catchThrowable(() -> migrator.read(1L))).isSameAs(failure);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> migrator.write(1L));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> new OldSideMigrators(flags).migrator("orders-db").build());
	}

	private record Order(long id, String side) {
	}

	/**
	 * One side, as an application might have it.
	 */
	private static final class Orders {

		private final String side;

		final List<Long> created = new ArrayList<>();

		final List<Long> found = new ArrayList<>();

		Orders(String side) {
			this.side = side;
		}

		Optional<Order> find(long id) throws IOException {
			this.found.add(id);
			return this.created.contains(id) ? Optional.of(new Order(id, this.side)) : Optional.empty();
		}

		Order create(long id) {
			this.created.add(id);
			return new Order(id, this.side);
		}

	}

}
