package dev.migrationflags.flags;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageChangedEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for flags whose stages come from dynamic sources.
 */
@Timeout(60)
class FlagSourcesTests {

	private static final MigrationContext SOMEBODY = MigrationContext.of("customer", "c-1");

	private final List<StageChangedEvent> published = Collections.synchronizedList(new ArrayList<>());

	private final Map<String, AtomicInteger> errors = new ConcurrentHashMap<>();

	private final TestSource first = new TestSource("first");

	private final TestSource second = new TestSource("second");

	private Duration startUpTimeout = Duration.ofMillis(300);

	private @Nullable FlagSources sources;

	private FlagRegistry registry = FlagRegistry.of(List.of());

	private StageMoves moves = moves();

	@AfterEach
	void close() {
		this.first.release();
		this.second.release();
		if (this.sources != null) {
			this.sources.close();
		}
	}

	private StageMoves moves() {
		return new StageMoves(this.registry, this.published::add, () -> "ada", Clock.systemUTC(), false, false);
	}

	private void define(MigrationFlag.Builder flag) {
		FlagSources sources = FlagSources.of(() -> List.of(this.first, this.second), () -> this.startUpTimeout,
				(key, source, message, cause) -> this.errors
					.computeIfAbsent(key + "/" + source, (any) -> new AtomicInteger())
					.incrementAndGet());
		this.sources = sources;
		this.registry = FlagRegistry.of(List.of(flag.build()), sources);
		this.moves = moves();
	}

	private void start(MigrationFlag.Builder flag) {
		define(flag);
		assertThat(this.registry.startSources()).isEmpty();
	}

	private static MigrationFlag.Builder flag() {
		return MigrationFlag.named("f");
	}

	private Flag f() {
		return this.registry.get("f");
	}

	private MigrationStage stage() {
		return this.moves.stage("f");
	}

	private int errors(String source) {
		AtomicInteger count = this.errors.get("f/" + source);
		return (count != null) ? count.get() : 0;
	}

	@ParameterizedTest
	@EnumSource
	void theFirstSourceThatKnowsTheFlagDecides(MigrationStage stage) {
		this.second.tells(stage);
		start(flag().stage(OFF));
		assertThat(stage()).isEqualTo(stage);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(stage);
		assertThat(f().owner()).isEqualTo("second");
		assertThat(this.published).isEmpty();
		assertThat(f().epoch()).isZero();
		this.first.tells(COMPLETE);
		assertThat(stage()).isEqualTo(COMPLETE);
		assertThat(f().owner()).isEqualTo("first");
	}

	@Test
	void aFlagThatNoSourceKnowsHasItsOwnStageRolloutAndCohorts() {
		start(flag().stage(OFF).context("customer").rollout(SHADOW, 100));
		assertThat(stage()).isEqualTo(OFF);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(SHADOW);
		assertThat(f().owner()).isNull();
		assertThat(this.moves.advance("f", "on").to()).isEqualTo(DUAL_WRITE);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void withoutSourcesNoContextIsLookedUp() {
		assertThat(new Flag(flag().stage(OFF).build(), FlagSources.none()).sameForAll()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void theLastGoodStageOutlivesEveryTroubleOfTheOwner(Trouble trouble) {
		this.first.tells(SHADOW);
		start(flag().stages(4).stage(OFF));
		assertThat(stage()).isEqualTo(SHADOW);
		this.first.tellsTo(SOMEBODY, LIVE);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(LIVE);
		this.second.tells(COMPLETE);
		trouble.befall(this.first);
		for (int i = 0; i < 3; i++) {
			assertThat(stage()).isEqualTo(SHADOW);
			assertThat(f().stageFor(SOMEBODY)).isEqualTo(LIVE);
			assertThat(f().stageFor(MigrationContext.of("customer", "new"))).isEqualTo(SHADOW);
		}
		assertThat(errors("first")).isGreaterThanOrEqualTo(9);
		assertThat(f().owner()).isEqualTo("first");
		this.first.release();
		this.first.tells(LIVE);
		await().untilAsserted(() -> assertThat(stage()).isEqualTo(LIVE));
	}

	@ParameterizedTest
	@EnumSource(Trouble.class)
	void aSourceInTroubleThatDoesNotOwnTheFlagIsPassedOver(Trouble trouble) {
		trouble.befall(this.first);
		this.second.tells(SHADOW);
		start(flag().stages(4).stage(OFF));
		assertThat(stage()).isEqualTo(SHADOW);
		assertThat(f().owner()).isEqualTo("second");
		assertThat(errors("first") > 0).isEqualTo(trouble != Trouble.FORGETS);
		assertThat(errors("second")).isZero();
	}

	@Test
	void aSourceThatHangsDelaysNoSecondCallAndTakesNoThreadPerCall() throws Exception {
		this.first.tells(SHADOW);
		start(flag().stage(OFF));
		this.first.hangs();
		assertThat(stage()).isEqualTo(SHADOW);
		int asked = this.first.asked.get();
		long start = System.nanoTime();
		for (int i = 0; i < 1000; i++) {
			assertThat(stage()).isEqualTo(SHADOW);
		}
		long probes = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 2;
		assertThat(this.first.asked.get() - asked).isLessThanOrEqualTo((int) probes);
		assertThat(threads("migration-source-first")).isLessThanOrEqualTo(8);
		this.first.tells(LIVE);
		this.first.release();
		await().untilAsserted(() -> assertThat(stage()).isEqualTo(LIVE));
	}

	@Test
	void aSourceThatIgnoresInterruptsTakesFewThreadsAndGivesThemBack() {
		this.first.tells(SHADOW);
		start(flag().stage(OFF));
		this.first.hangsWhateverHappens();
		for (int i = 0; i < 12; i++) {
			assertThat(f().poll()).isTrue();
			assertThat(stage()).isEqualTo(SHADOW);
		}
		assertThat(threads("migration-source-first")).isBetween(1L, 8L);
		this.first.release();
		this.first.tells(LIVE);
		await().untilAsserted(() -> assertThat(stage()).isEqualTo(LIVE));
		await().until(() -> this.first.busy.get() == 0);
	}

	private static long threads(String name) {
		return Thread.getAllStackTraces().keySet().stream().filter((thread) -> thread.getName().equals(name)).count();
	}

	@Test
	void anInterruptOfTheCallerIsKeptForItsOwnWork() {
		this.first.tells(SHADOW);
		start(flag().stage(OFF));
		Thread.currentThread().interrupt();
		assertThat(stage()).isEqualTo(SHADOW);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(errors("first")).isZero();
	}

	@Test
	void aSourceThatGoesAwayUnderTrafficFailsNoCall() throws Exception {
		this.first.tells(SHADOW);
		start(flag().stages(4).stage(OFF));
		ExecutorService callers = Executors.newFixedThreadPool(4);
		CountDownLatch going = new CountDownLatch(4);
		CountDownLatch stop = new CountDownLatch(1);
		try {
			List<Future<Integer>> calls = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				calls.add(callers.submit(() -> {
					int count = 0;
					while (stop.getCount() > 0) {
						assertThat(f().stageFor(SOMEBODY)).isEqualTo(SHADOW);
						going.countDown();
						count++;
					}
					return count;
				}));
			}
			going.await();
			this.first.throwsUp();
			await().until(() -> errors("first") > 100);
			this.first.hangs();
			await().until(() -> errors("first") > 10_000);
			stop.countDown();
			for (Future<Integer> call : calls) {
				assertThat(call.get()).isPositive();
			}
		}
		finally {
			stop.countDown();
			callers.shutdownNow();
		}
	}

	@Test
	void untilASourceHasAnsweredTheDefaultStageIsInForce() {
		this.first.throwsUp();
		define(flag().defaultStage(DUAL_WRITE));
		f().declareWrites();
		assertThat(this.registry.startSources()).isEmpty();
		assertThat(stage()).isEqualTo(DUAL_WRITE);
		this.first.tells(LIVE);
		assertThat(stage()).isEqualTo(LIVE);
		await().until(() -> !this.published.isEmpty());
		assertThat(this.published).singleElement().satisfies((event) -> {
			assertThat(event.from()).isEqualTo(DUAL_WRITE);
			assertThat(event.to()).isEqualTo(LIVE);
			assertThat(event.actor()).isEqualTo("first");
			assertThat(event.epoch()).isEqualTo(1);
		});
	}

	@Test
	void withoutADefaultStageStartUpWaitsForTheSources() {
		this.startUpTimeout = Duration.ofSeconds(30);
		this.first.throwsUp();
		define(flag());
		CountDownLatch asked = new CountDownLatch(3);
		this.first.onAsk = asked::countDown;
		Thread late = new Thread(() -> {
			try {
				asked.await();
				this.first.tells(LIVE);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		late.start();
		assertThat(this.registry.startSources()).isEmpty();
		assertThat(stage()).isEqualTo(LIVE);
		assertThat(this.published).isEmpty();
	}

	@Test
	void aFlagWhoseStageNobodyTellsStopsStartUp() {
		define(flag());
		List<Problem> problems = this.registry.startSources();
		assertThat(problems).singleElement().satisfies((problem) -> {
			assertThat(problem.what()).contains("'f'").contains("migration.start-up-timeout");
			assertThat(problem.fix()).contains("migration.flags.f.default-stage");
		});
		assertThatExceptionOfType(MigrationSetupException.class).isThrownBy(this::stage).withMessageContaining("'f'");
	}

	@Test
	void nobodyButItsOwnerMovesAFlag() {
		this.first.tells(DUAL_WRITE);
		start(flag().stage(OFF));
		assertThat(reasons(() -> this.moves.moveTo("f", SHADOW, "go"))).contains("owned by first");
		assertThat(reasons(() -> this.moves.advance("f", "go"))).contains("owned by first");
		assertThat(reasons(() -> this.moves.stepBack("f", "go"))).contains("owned by first");
		assertThat(reasons(() -> this.moves.forceTo("f", SHADOW, "go"))).containsExactly("owned by first");
		assertThat(stage()).isEqualTo(DUAL_WRITE);
	}

	private static List<String> reasons(Runnable move) {
		StageChangeRefusedException refused = catchThrowableOfType(StageChangeRefusedException.class, move::run);
		assertThat(refused).isNotNull();
		return refused.getReasons();
	}

	@Test
	void aMoveOfTheOwnerIsAnEventWithItsNameAlsoWithoutCalls() {
		this.first.tells(OFF);
		start(flag().stage(OFF));
		this.first.tells(DUAL_WRITE);
		await().until(() -> !this.published.isEmpty());
		assertThat(f().stage()).isEqualTo(DUAL_WRITE);
		assertThat(this.published).singleElement().satisfies((event) -> {
			assertThat(event.from()).isEqualTo(OFF);
			assertThat(event.to()).isEqualTo(DUAL_WRITE);
			assertThat(event.actor()).isEqualTo("first");
			assertThat(event.reason()).contains("first");
			assertThat(event.epoch()).isEqualTo(1);
			assertThat(event.forced()).isFalse();
		});
		assertThat(f().changes()).isEqualTo(this.published);
	}

	@Test
	void aFlipOfAFlagWithWritesIsHeldUntilTheChecksPass() {
		this.first.tells(SHADOW);
		start(flag().stage(SHADOW));
		f().declareWrites();
		f().secondaryWriteFailed();
		this.first.tells(LIVE);
		assertThat(stage()).isEqualTo(SHADOW);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(SHADOW);
		Hold hold = Objects.requireNonNull(f().hold());
		assertThat(hold.stage()).isEqualTo(LIVE);
		assertThat(hold.source()).isEqualTo("first");
		assertThat(hold.reasons()).singleElement().asString().contains("1 secondary writes failed");
		assertThat(errors("first")).isZero();
		// a step back begins a new epoch, in which nothing has failed
		this.first.tells(DUAL_WRITE);
		assertThat(stage()).isEqualTo(DUAL_WRITE);
		assertThat(f().hold()).isNull();
		this.first.tells(SHADOW);
		assertThat(stage()).isEqualTo(SHADOW);
		this.first.tells(LIVE);
		// not by a call, which cannot wait for those in flight
		await().until(() -> stage() == LIVE);
	}

	@Test
	void aHeldMoveHappensAsSoonAsTheChecksPass() {
		AtomicInteger backlog = new AtomicInteger(1);
		this.first.tells(SHADOW);
		define(flag().stage(SHADOW));
		this.moves = new StageMoves(this.registry, this.published::add, () -> null, Clock.systemUTC(), false, false,
				List.of(new Backlog(backlog)));
		assertThat(this.registry.startSources()).isEmpty();
		f().declareWrites();
		this.first.tells(LIVE);
		assertThat(stage()).isEqualTo(SHADOW);
		assertThat(f().hold()).isNotNull();
		backlog.set(0);
		await().until(() -> f().stage() == LIVE);
		assertThat(f().hold()).isNull();
	}

	@Test
	void aJumpOverAClassIsHeldForFlagsWithWritesOnly() {
		this.first.tells(OFF);
		start(flag().stage(OFF));
		this.first.tells(COMPLETE);
		assertThat(stage()).isEqualTo(COMPLETE);
		this.first.tells(OFF);
		assertThat(stage()).isEqualTo(OFF);
		f().declareWrites();
		this.first.tells(LIVE);
		assertThat(stage()).isEqualTo(OFF);
		assertThat(f().hold()).isNotNull();
		this.first.tells(SHADOW);
		assertThat(stage()).isEqualTo(SHADOW);
		assertThat(f().hold()).isNull();
	}

	@Test
	void contextsThatMayShareDataKeepToTheClassOfTheBaseStage() {
		this.first.tells(SHADOW);
		this.first.tellsTo(SOMEBODY, LIVE);
		start(flag().stage(OFF));
		f().declareWrites();
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(SHADOW);
		assertThat(errors("first")).isPositive();
		this.first.tellsTo(SOMEBODY, DUAL_WRITE);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(DUAL_WRITE);
	}

	@Test
	void contextsThatOwnTheirDataHaveTheirStageButAFlipOfAllIsHeldForThemToo() {
		MigrationContext other = MigrationContext.of("customer", "c-2");
		this.first.tells(SHADOW);
		this.first.tellsTo(SOMEBODY, LIVE);
		start(flag().stage(OFF).context("customer"));
		f().declareWrites();
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(LIVE);
		assertThat(f().stageFor(other)).isEqualTo(SHADOW);
		f().secondaryWriteFailed();
		this.first.tells(LIVE);
		assertThat(f().stageFor(other)).isEqualTo(SHADOW);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(LIVE);
		assertThat(f().hold()).isNotNull();
		assertThat(errors("first")).isZero();
		this.first.tells(RAMP_DOWN);
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(RAMP_DOWN);
		assertThat(f().stageFor(other)).isEqualTo(SHADOW);
	}

	@Test
	void aGeneralSourceIsAskedByCallsOnlyForFlagsThatItKnows() {
		this.first.general = true;
		this.first.inMemory = true;
		start(flag().stage(OFF));
		int asked = this.first.asked.get();
		for (int i = 0; i < 1000; i++) {
			assertThat(stage()).isEqualTo(OFF);
		}
		assertThat(this.first.asked.get() - asked).isLessThan(500);
		this.first.tells(SHADOW);
		this.first.changed();
		await().until(() -> f().stage() == SHADOW);
		asked = this.first.asked.get();
		assertThat(f().stageFor(SOMEBODY)).isEqualTo(SHADOW);
		assertThat(this.first.asked.get()).isGreaterThan(asked);
	}

	@Test
	void aSourceThatAsksForAStageItselfIsNotAskedInTurn() {
		this.first.tells(SHADOW);
		start(flag().stage(OFF));
		List<MigrationStage> seen = Collections.synchronizedList(new ArrayList<>());
		this.first.onAsk = () -> seen.add(f().stageFor(SOMEBODY));
		assertThat(stage()).isEqualTo(SHADOW);
		assertThat(seen).isNotEmpty().containsOnly(SHADOW);
		assertThat(errors("first")).isZero();
	}

	@Test
	void aFlagThatOnlyASourceKnowsHasDefaultSettings() {
		this.first.tells(SHADOW);
		start(flag().stage(OFF));
		List<Flag> told = new ArrayList<>();
		this.registry.onFlag(told::add);
		assertThat(this.registry.find("undeclared")).isNull();
		Flag undeclared = Objects.requireNonNull(this.registry.served("undeclared"));
		assertThat(undeclared.stage()).isEqualTo(SHADOW);
		assertThat(undeclared.stages()).hasSize(6);
		assertThat(this.registry.served("undeclared")).isSameAs(undeclared);
		assertThat(this.registry.keys()).containsExactly("f", "undeclared");
		assertThat(told).containsExactly(f(), undeclared);
		assertThat(this.registry.served("No Key")).isNull();
		assertThat(FlagRegistry.of(List.of()).served("undeclared")).isNull();
	}

	/**
	 * What may befall a source.
	 */
	enum Trouble {

		FAILS {
			@Override
			void befall(TestSource source) {
				source.throwsUp();
			}
		},

		FAILS_BADLY {
			@Override
			void befall(TestSource source) {
				source.throwsError();
			}
		},

		HANGS {
			@Override
			void befall(TestSource source) {
				source.hangs();
			}
		},

		FORGETS {
			@Override
			void befall(TestSource source) {
				source.tells(null);
			}
		},

		TELLS_A_STAGE_THAT_THE_FLAG_LACKS {
			@Override
			void befall(TestSource source) {
				source.tells(DUAL_WRITE);
			}
		};

		abstract void befall(TestSource source);

	}

	private record Backlog(AtomicInteger size) implements MoveCheck {

		@Override
		public String name() {
			return "backlog";
		}

		@Override
		public @Nullable String refusal(Move move) {
			return (this.size.get() > 0) ? this.size + " marks pending" : null;
		}

	}

	/**
	 * A source that does what a test tells it.
	 */
	static final class TestSource implements StageSource {

		final AtomicInteger asked = new AtomicInteger();

		final AtomicInteger busy = new AtomicInteger();

		volatile boolean inMemory;

		volatile boolean general;

		volatile Runnable onAsk = () -> {
		};

		private final String name;

		private final Map<MigrationContext, MigrationStage> own = new ConcurrentHashMap<>();

		private volatile Answer answer = () -> null;

		private volatile CountDownLatch latch = new CountDownLatch(1);

		private volatile Runnable changed = () -> {
		};

		TestSource(String name) {
			this.name = name;
		}

		void tells(@Nullable MigrationStage stage) {
			this.own.clear();
			this.answer = () -> stage;
		}

		void tellsTo(MigrationContext context, MigrationStage stage) {
			this.own.put(context, stage);
		}

		void throwsUp() {
			this.own.clear();
			this.answer = () -> {
				throw new IllegalStateException("source");
			};
		}

		void throwsError() {
			this.own.clear();
			this.answer = () -> {
				throw new NoClassDefFoundError("source");
			};
		}

		void hangs() {
			this.own.clear();
			CountDownLatch latch = new CountDownLatch(1);
			this.latch = latch;
			this.answer = () -> {
				latch.await();
				return null;
			};
		}

		void hangsWhateverHappens() {
			this.own.clear();
			CountDownLatch latch = new CountDownLatch(1);
			this.latch = latch;
			this.answer = () -> {
				boolean done = false;
				while (!done) {
					try {
						latch.await();
						done = true;
					}
					catch (InterruptedException ex) {
						// that is the point
					}
				}
				return null;
			};
		}

		void release() {
			this.latch.countDown();
		}

		void changed() {
			this.changed.run();
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public @Nullable MigrationStage stage(String flag, MigrationContext context) throws Exception {
			this.asked.incrementAndGet();
			this.busy.incrementAndGet();
			try {
				this.onAsk.run();
				MigrationStage own = this.own.get(context);
				return (own != null) ? own : this.answer.tell();
			}
			finally {
				this.busy.decrementAndGet();
			}
		}

		@Override
		public boolean inMemory() {
			return this.inMemory;
		}

		@Override
		public boolean general() {
			return this.general;
		}

		@Override
		public Runnable onChange(Runnable changed) {
			this.changed = changed;
			return () -> this.changed = () -> {
			};
		}

		private interface Answer {

			@Nullable MigrationStage tell() throws Exception;

		}

	}

}
