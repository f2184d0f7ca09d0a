package dev.migrationflags.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.LDValue;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.FileData;
import com.launchdarkly.sdk.server.integrations.TestData;
import com.launchdarkly.sdk.server.migrations.Migration;
import com.launchdarkly.sdk.server.migrations.MigrationBuilder;
import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import com.launchdarkly.sdk.server.migrations.MigrationMethodResult;
import com.launchdarkly.sdk.server.migrations.MigrationSerialOrder;
import com.launchdarkly.sdk.server.subsystems.ComponentConfigurer;
import com.launchdarkly.sdk.server.subsystems.DataSource;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.Migrator;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * LaunchDarkly's own SDK, offline, side by side with this framework: what the one does,
 * the other does. The tests named {@code differsOnPurpose…} are where it does not.
 */
class LaunchDarklyParityTests {

	/**
	 * As often as a coin has to be tossed to be sure of both sides.
	 */
	private static final int TOSSES = 64;

	private static final LDContext SOMEBODY = LDContext.create("somebody");

	private static final TestData stages = TestData.dataSource();

	private static LDClient client;

	@BeforeAll
	static void openClient() {
		client = client(stages);
	}

	@AfterAll
	static void closeClient() throws Exception {
		client.close();
	}

	private static LDClient client(ComponentConfigurer<DataSource> flags) {
		LDConfig config = new LDConfig.Builder().dataSource(flags)
			.events(Components.noEvents())
			.logging(Components.noLogging())
			.build();
		return new LDClient("sdk-key", config);
	}

	static Stream<Arguments> everyStageAndFault() {
		return Stream.of(MigrationStage.values())
			.flatMap((stage) -> Stream.of(Fault.values()).map((fault) -> arguments(stage, fault)));
	}

	@ParameterizedTest
	@MethodSource("everyStageAndFault")
	void serialReadIsThatOfTheOriginal(MigrationStage stage, Fault fault) {
		Trace ours = read(stage, fault, ReadExecution.SERIAL);
		assertThat(ours.inAnyOrder()).isEqualTo(originalRead(stage, fault, MigrationSerialOrder.FIXED).inAnyOrder());
		assertThat(ours.invoked).hasSize(stage.readsBoth() ? 2 : 1).startsWith(stage.authority());
		assertThat(ours.compared)
			.isEqualTo((stage.readsBoth() && fault == Fault.NONE) ? List.of("old 7", "new 7") : null);
	}

	@ParameterizedTest
	@MethodSource("everyStageAndFault")
	void randomReadIsThatOfTheOriginal(MigrationStage stage, Fault fault) {
		Set<Trace> ours = new HashSet<>();
		Set<Trace> theirs = new HashSet<>();
		for (int i = 0; i < TOSSES; i++) {
			ours.add(read(stage, fault, ReadExecution.RANDOM));
			theirs.add(originalRead(stage, fault, MigrationSerialOrder.RANDOM));
		}
		assertThat(ours).isEqualTo(theirs);
		assertThat(ours).extracting((trace) -> trace.invoked.get(0)).hasSize(stage.readsBoth() ? 2 : 1);
	}

	@ParameterizedTest
	@MethodSource("everyStageAndFault")
	void writeIsThatOfTheOriginalWhateverTheReadMode(MigrationStage stage, Fault fault) {
		Trace serial = write(stage, fault, ReadExecution.SERIAL);
		assertThat(serial).isEqualTo(originalWrite(stage, fault, MigrationSerialOrder.FIXED));
		assertThat(serial.invoked.get(0)).isEqualTo(stage.authority());
		assertThat(serial.secondarySkipped).isEqualTo(!stage.writesBoth() || fault.hits(stage.authority()));
		for (int i = 0; i < TOSSES / 4; i++) {
			assertThat(write(stage, fault, ReadExecution.RANDOM)).isEqualTo(serial);
			assertThat(originalWrite(stage, fault, MigrationSerialOrder.RANDOM)).isEqualTo(serial);
		}
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void comparatorThatThrowsChangesNoResultInEither(MigrationStage stage) {
		ResultComparator<String> broken = (oldValue, newValue) -> {
			throw new IllegalStateException("comparator");
		};
		Sides sides = new Sides(Fault.NONE);
		assertThat(originalRead(stage, sides, MigrationSerialOrder.FIXED, broken).outcome)
			.isEqualTo(stage.authority().key() + " 7");
		try (TestEngine engine = TestEngine.at(stage)) {
			assertThat(read(engine, new Sides(Fault.NONE), broken)).isEqualTo(stage.authority().key() + " 7");
			assertThat(engine.compared(stage, "comparator_error")).isEqualTo(1);
			assertThat(engine.compared()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SHADOW, 0", "LIVE, 0", "SHADOW, 1", "LIVE, 1" })
	void comparisonIsSampledWithoutSamplingTheSecondRead(MigrationStage stage, int ratio) {
		stages.update(stages.flag("sampled").valueForAll(LDValue.of(stage.key())).migrationCheckRatio(ratio));
		Sides original = new Sides(Fault.NONE);
		original.migration(MigrationSerialOrder.FIXED, (oldValue, newValue) -> true)
			.read("sampled", SOMEBODY, com.launchdarkly.sdk.server.MigrationStage.OFF, 7);
		Sides sides = new Sides(Fault.NONE);
		try (TestEngine engine = TestEngine.at(stage, (flag) -> flag.readCheckSampling(ratio))) {
			read(engine, sides, (oldValue, newValue) -> true);
		}
		assertThat(sides.invoked).containsExactlyInAnyOrderElementsOf(original.invoked).hasSize(2);
		assertThat(sides.compared).isEqualTo(original.compared)
			.isEqualTo((ratio == 0) ? null : List.of("old 7", "new 7"));
	}

	@Test
	void contextsFallIntoTheSameStagesOfARollout(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("flags.json"), """
				{"flags": {"orders-db": {"key": "orders-db", "on": true, "version": 1, "salt": "pepper",
				"variations": ["off", "dualwrite", "shadow", "live", "rampdown", "complete"], "offVariation": 0,
				"fallthrough": {"rollout": {"contextKind": "user", "variations": [
				{"variation": 5, "weight": 1500}, {"variation": 4, "weight": 10000}, {"variation": 3, "weight": 12500},
				{"variation": 2, "weight": 33333}, {"variation": 0, "weight": 42667}]}}}}}""");
		Flag flag = FlagRegistry.of(List.of(MigrationFlag.named("orders-db")
			.stage(MigrationStage.OFF)
			.salt("pepper")
			.rollout(MigrationStage.SHADOW, 33.333)
			.rollout(MigrationStage.LIVE, 12.5)
			.rollout(MigrationStage.COMPLETE, 1.5)
			.rollout(MigrationStage.RAMP_DOWN, 10)
			.build())).get("orders-db");
		try (LDClient original = client(FileData.dataSource().filePaths(file))) {
			List<String> keys = IntStream.range(0, 5000).mapToObj((i) -> "customer-" + i).toList();
			assertThat(keys).allSatisfy((key) -> assertThat(flag.stageFor(MigrationContext.of(key)).key())
				.isEqualTo(original.stringVariation("orders-db", LDContext.create(key), "none")));
			assertThat(keys.stream().map((key) -> flag.stageFor(MigrationContext.of(key))).distinct()).hasSize(5);
			assertThat(flag.stageFor(MigrationContext.anonymous())).isEqualTo(MigrationStage.OFF);
		}
	}

	/**
	 * The original hands failures over in a result, and never throws.
	 */
	@ParameterizedTest
	@EnumSource
	void differsOnPurposeTheExceptionReachesTheCallerAsItself(MigrationStage stage) {
		stages.update(stages.flag(TestEngine.FLAG).valueForAll(LDValue.of(stage.key())));
		Sides original = new Sides(Fault.BOTH);
		assertThat(original.migration(MigrationSerialOrder.FIXED, (oldValue, newValue) -> true)
			.read(TestEngine.FLAG, SOMEBODY, com.launchdarkly.sdk.server.MigrationStage.OFF, 7)
			.getException()).containsSame(original.failure(stage.authority()));
		Sides sides = new Sides(Fault.BOTH);
		try (TestEngine engine = TestEngine.at(stage)) {
			assertThatExceptionOfType(SideFailure.class)
				.isThrownBy(() -> sides.migrator(engine, ReadExecution.SERIAL, (oldValue, newValue) -> true).read(7))
				.isSameAs(sides.failure(stage.authority()));
		}
	}

	/**
	 * The original has no verdict on two failures. Here their classes are compared; the
	 * comparator, which compares values, is not asked either.
	 */
	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void differsOnPurposeTwoFailuresOfOneClassMatch(MigrationStage stage) {
		Sides sides = new Sides(Fault.BOTH);
		try (TestEngine engine = TestEngine.at(stage)) {
			assertThat(read(engine, sides, (oldValue, newValue) -> false)).isInstanceOf(SideFailure.class);
			assertThat(engine.compared(stage, "match")).isEqualTo(1);
			assertThat(engine.compared()).isEqualTo(1);
			assertThat(sides.compared).isNull();
		}
	}

	/**
	 * The original records an error of the side, but nothing about consistency.
	 */
	@ParameterizedTest
	@CsvSource({ "SHADOW, OLD, old_error", "SHADOW, NEW, new_error", "LIVE, OLD, old_error", "LIVE, NEW, new_error" })
	void differsOnPurposeOneFailureIsReportedAsADifference(MigrationStage stage, Fault fault, String result)
			throws Exception {
		try (TestEngine engine = TestEngine.at(stage)) {
			read(engine, new Sides(fault), (oldValue, newValue) -> true);
			assertThat(engine.compared(stage, result)).isEqualTo(1);
			assertThat(engine.compared()).isEqualTo(1);
			assertThat(engine.mismatch().differences()).hasToString("[(result) EXCEPTION]");
		}
	}

	/**
	 * In the original an {@code Error} of the other side reaches a caller whose write has
	 * succeeded.
	 */
	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void differsOnPurposeAnErrorOfTheOtherSideStaysThere(MigrationStage stage) throws Exception {
		stages.update(stages.flag(TestEngine.FLAG).valueForAll(LDValue.of(stage.key())));
		AssertionError error = new AssertionError("other side");
		Sides original = new Sides(Fault.NONE).errorOf(stage.authority().other(), error);
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> original.migration(MigrationSerialOrder.FIXED, (oldValue, newValue) -> true)
				.write(TestEngine.FLAG, SOMEBODY, com.launchdarkly.sdk.server.MigrationStage.OFF, 7))
			.isSameAs(error);
		Sides sides = new Sides(Fault.NONE).errorOf(stage.authority().other(), error);
		try (TestEngine engine = TestEngine.at(stage)) {
			Migrator<Integer, String, String> migrator = sides.migrator(engine, ReadExecution.SERIAL,
					(oldValue, newValue) -> true);
			assertThat(migrator.write(7)).isEqualTo(stage.authority().key() + " 7");
			assertThat(sides.invoked).isEqualTo(original.invoked).hasSize(2);
		}
	}

	/**
	 * The original runs the old side first in live too, which has authority no more. Here
	 * the caller's own answer is read first, before the other side can get in its way.
	 */
	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void differsOnPurposeSerialReadsRunTheAuthorityFirst(MigrationStage stage) {
		assertThat(originalRead(stage, Fault.NONE, MigrationSerialOrder.FIXED).invoked)
			.containsExactly(MigrationOrigin.OLD, MigrationOrigin.NEW);
		assertThat(read(stage, Fault.NONE, ReadExecution.SERIAL).invoked).containsExactly(stage.authority(),
				stage.authority().other());
	}

	/**
	 * The original hands nulls to its check function.
	 */
	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void differsOnPurposeTheComparatorIsNotAskedAboutNull(MigrationStage stage) throws Exception {
		stages.update(stages.flag(TestEngine.FLAG).valueForAll(LDValue.of(stage.key())));
		Sides original = new Sides(Fault.NONE).nullOf(stage.authority().other());
		original.migration(MigrationSerialOrder.FIXED, (oldValue, newValue) -> true)
			.read(TestEngine.FLAG, SOMEBODY, com.launchdarkly.sdk.server.MigrationStage.OFF, 7);
		assertThat(original.compared).containsNull();
		Sides sides = new Sides(Fault.NONE).nullOf(stage.authority().other());
		try (TestEngine engine = TestEngine.at(stage)) {
			assertThat(read(engine, sides, (oldValue, newValue) -> true)).isEqualTo(stage.authority().key() + " 7");
			assertThat(engine.compared(stage, "mismatch")).isEqualTo(1);
			assertThat(engine.mismatch().differences()).hasToString("[(result) NULL]");
			assertThat(sides.compared).isNull();
		}
	}

	private static Trace read(MigrationStage stage, Fault fault, ReadExecution execution) {
		Sides sides = new Sides(fault);
		try (TestEngine engine = TestEngine.at(stage)) {
			Migrator<Integer, String, String> migrator = sides.migrator(engine, execution, String::equals);
			return sides.trace(stage, outcome(() -> migrator.read(7)));
		}
	}

	private static Object read(TestEngine engine, Sides sides, ResultComparator<String> comparator) {
		Migrator<Integer, String, String> migrator = sides.migrator(engine, ReadExecution.SERIAL, comparator);
		return outcome(() -> migrator.read(7));
	}

	private static Trace write(MigrationStage stage, Fault fault, ReadExecution execution) {
		Sides sides = new Sides(fault);
		try (TestEngine engine = TestEngine.at(stage)) {
			Migrator<Integer, String, String> migrator = sides.migrator(engine, execution, String::equals);
			return sides.trace(stage, outcome(() -> migrator.write(7)));
		}
	}

	private static Object outcome(Attempted call) {
		try {
			return call.run();
		}
		catch (Exception ex) {
			return ex;
		}
	}

	private static Trace originalRead(MigrationStage stage, Fault fault, MigrationSerialOrder order) {
		return originalRead(stage, new Sides(fault), order, String::equals);
	}

	private static Trace originalRead(MigrationStage stage, Sides sides, MigrationSerialOrder order,
			ResultComparator<String> comparator) {
		stages.update(stages.flag(TestEngine.FLAG).valueForAll(LDValue.of(stage.key())));
		Migration.MigrationResult<String> result = sides.migration(order, comparator)
			.read(TestEngine.FLAG, SOMEBODY, com.launchdarkly.sdk.server.MigrationStage.OFF, 7);
		assertThat(result.getOrigin().name()).isEqualTo(stage.authority().name());
		return sides.trace(stage, outcome(result));
	}

	private static Trace originalWrite(MigrationStage stage, Fault fault, MigrationSerialOrder order) {
		stages.update(stages.flag(TestEngine.FLAG).valueForAll(LDValue.of(stage.key())));
		Sides sides = new Sides(fault);
		Migration.MigrationWriteResult<String> result = sides.migration(order, String::equals)
			.write(TestEngine.FLAG, SOMEBODY, com.launchdarkly.sdk.server.MigrationStage.OFF, 7);
		assertThat(result.getAuthoritative().getOrigin().name()).isEqualTo(stage.authority().name());
		Trace trace = sides.trace(stage, outcome(result.getAuthoritative()));
		assertThat(result.getNonAuthoritative().isEmpty()).isEqualTo(trace.secondarySkipped);
		return trace;
	}

	private static Object outcome(Migration.MigrationResult<String> result) {
		Optional<Object> value = result.getResult().map((text) -> text);
		return value.orElseGet(() -> result.getException().orElseThrow());
	}

	/**
	 * What either framework did with a call.
	 *
	 * @param invoked the sides in the order in which they were run
	 * @param outcome the authoritative value, or failure
	 * @param secondarySkipped whether the side without authority was not run
	 * @param compared what the comparator was given, or {@code null} if it was not asked
	 */
	private record Trace(List<MigrationOrigin> invoked, Object outcome, boolean secondarySkipped,
			@Nullable List<String> compared) {

		Trace inAnyOrder() {
			return new Trace(this.invoked.stream().sorted().toList(), this.outcome, this.secondarySkipped,
					this.compared);
		}

	}

	enum Fault {

		NONE, OLD, NEW, BOTH;

		boolean hits(MigrationOrigin side) {
			return this == BOTH || name().equals(side.name());
		}

	}

	/**
	 * A failure of one side, equal to another of that side.
	 */
	private static final class SideFailure extends Exception {

		private final MigrationOrigin side;

		SideFailure(MigrationOrigin side) {
			super(side.key());
			this.side = side;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof SideFailure failure && failure.side == this.side;
		}

		@Override
		public int hashCode() {
			return this.side.hashCode();
		}

	}

	@FunctionalInterface
	private interface Attempted {

		Object run() throws Exception;

	}

	/**
	 * The two sides of a read and a write, for either framework, and what became of them.
	 */
	private static final class Sides {

		final List<MigrationOrigin> invoked = new ArrayList<>();

		@Nullable List<String> compared;

		private final Fault fault;

		private final SideFailure oldFailure = new SideFailure(MigrationOrigin.OLD);

		private final SideFailure newFailure = new SideFailure(MigrationOrigin.NEW);

		private @Nullable MigrationOrigin erroneous;

		private @Nullable Error error;

		private @Nullable MigrationOrigin silent;

		Sides(Fault fault) {
			this.fault = fault;
		}

		Sides errorOf(MigrationOrigin side, Error error) {
			this.erroneous = side;
			this.error = error;
			return this;
		}

		Sides nullOf(MigrationOrigin side) {
			this.silent = side;
			return this;
		}

		SideFailure failure(MigrationOrigin side) {
			return (side == MigrationOrigin.OLD) ? this.oldFailure : this.newFailure;
		}

		@SuppressWarnings("NullAway") // does not follow nulls through type arguments
		private String run(MigrationOrigin side, int payload) throws SideFailure {
			this.invoked.add(side);
			if (this.error != null && this.erroneous == side) {
				throw this.error;
			}
			if (this.fault.hits(side)) {
				throw failure(side);
			}
			return (this.silent == side) ? null : side.key() + " " + payload;
		}

		private boolean compare(ResultComparator<String> comparator, String first, String second) {
			assertThat(this.compared).isNull();
			this.compared = Arrays.asList(first, second);
			return comparator.matches(first, second);
		}

		Migrator<Integer, String, String> migrator(TestEngine engine, ReadExecution execution,
				ResultComparator<String> comparator) {
			return engine.<Integer, String, String>migrator()
				.read((payload) -> run(MigrationOrigin.OLD, payload), (payload) -> run(MigrationOrigin.NEW, payload),
						(oldValue, newValue) -> compare(comparator, oldValue, newValue))
				.write((payload) -> run(MigrationOrigin.OLD, payload), (payload) -> run(MigrationOrigin.NEW, payload))
				.readExecution(execution)
				.build();
		}

		Migration<String, String, Integer, Integer> migration(MigrationSerialOrder order,
				ResultComparator<String> comparator) {
			return new MigrationBuilder<String, String, Integer, Integer>(client)
				.readExecution(MigrationExecution.Serial(order))
				.read((payload) -> result(MigrationOrigin.OLD, payload),
						(payload) -> result(MigrationOrigin.NEW, payload),
						(first, second) -> compare(comparator, first, second))
				.write((payload) -> result(MigrationOrigin.OLD, payload),
						(payload) -> result(MigrationOrigin.NEW, payload))
				.build()
				.orElseThrow();
		}

		private MigrationMethodResult<String> result(MigrationOrigin side, int payload) {
			try {
				return MigrationMethodResult.Success(run(side, payload));
			}
			catch (SideFailure ex) {
				return MigrationMethodResult.Failure(ex);
			}
		}

		Trace trace(MigrationStage stage, Object outcome) {
			return new Trace(List.copyOf(this.invoked), outcome, !this.invoked.contains(stage.authority().other()),
					this.compared);
		}

	}

}
