package dev.migrationflags.boot.wiring;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.KeyCodec;
import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.engine.mark.KeyedSides;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static dev.migrationflags.boot.wiring.Wiring.FLAG;
import static dev.migrationflags.boot.wiring.Wiring.application;
import static dev.migrationflags.boot.wiring.Wiring.assertProblem;
import static dev.migrationflags.boot.wiring.Wiring.at;
import static dev.migrationflags.boot.wiring.Wiring.problems;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class KeyedStoreTests {

	private static final String CONSISTENCY = "migration.flags." + FLAG + ".write.consistency=";

	@Test
	void theStoresOfBothSidesAreFoundOnTheRepositories() {
		application(OldItems.class, NewItems.class).run((context) -> {
			KeyedSides sides = sides(context);
			assertThat(sides.oldSide()).hasToString("keyedStoreTests.OldItems");
			assertThat(sides.newSide()).hasToString("keyedStoreTests.NewItems");
			assertThat(sides.keys().encode(5)).isEqualTo("5");
			assertThat(sides.keys().decode("5")).isEqualTo(5L);
		});
	}

	@Test
	void theStoresMayBeBeansOfTheirOwn() {
		application(OldPlain.class, NewPlain.class, OldAccess.class, NewAccess.class)
			.run((context) -> assertThat(sides(context).newSide().find(1L)).isEmpty());
	}

	@Test
	void aStoreMayBeDeclaredByItsInterface() {
		application(Interfaces.class).run((context) -> assertThat(sides(context).keys().decode("5")).isEqualTo(5L));
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aStoreReadsAndWritesItsOwnSideWhateverItCalls(MigrationStage stage) {
		at(stage, OldItems.class, NewItems.class).run((context) -> {
			KeyedSides sides = sides(context);
			for (MigrationOrigin side : MigrationOrigin.values()) {
				sides.of(side).put(1L, side.key());
				assertThat(context.getBean(Wiring.Journal.class).take()).containsExactly(side.key());
				assertThat(sides.of(side).find(1L)).contains(side.key());
				assertThat(context.getBean(Wiring.Journal.class).take()).containsExactly(side.key());
				sides.of(side).remove(1L);
				assertThat(sides.of(side).keysAfter(null, 10)).isEmpty();
			}
			// and afterwards calls are routed again
			context.getBean(OldItems.class).save(2L, "x");
			assertThat(context.getBean(Wiring.Journal.class).take()).isEqualTo(Wiring.writeAt(stage));
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aStoreOfItsOwnDoesNotHaveItsCallsOfTheRepositoryRouted(MigrationStage stage) {
		at(stage, OldPlain.class, NewPlain.class, OldAccess.class, NewAccess.class).run((context) -> {
			sides(context).newSide().put(1L, "x");
			assertThat(context.getBean(Wiring.Journal.class).take()).containsExactly("new");
			sides(context).oldSide().put(1L, "x");
			assertThat(context.getBean(Wiring.Journal.class).take()).containsExactly("old");
		});
	}

	@Test
	void oneStoreIsNotEnoughToRepair(CapturedOutput output) {
		application(OldPlain.class, NewPlain.class, OldAccess.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("Flag 'a-flag' has no KeyedStore of its new side", "OldAccess");
		});
	}

	@Test
	void twoStoresOfOneSideAreTooMany() {
		application(OldItems.class, NewItems.class, NewAccess.class).run((context) -> assertProblem(context,
				"The KeyedStore of the new side of flag 'a-flag' is there 2 times", "NewItems", "NewAccess"));
	}

	@Test
	void keysOfTwoTypesAreRefused() {
		application(OldPlain.class, NewPlain.class, OldAccess.class, UuidAccess.class)
			.run((context) -> assertProblem(context, "have keys of types java.lang.Long and java.util.UUID",
					"OldAccess", "UuidAccess"));
	}

	@Test
	void valuesOfTwoTypesAreRefused() {
		application(OldPlain.class, NewPlain.class, OldAccess.class, NumberAccess.class)
			.run((context) -> assertProblem(context, "have values of types java.lang.String and java.lang.Integer",
					"OldAccess", "NumberAccess"));
	}

	@Test
	void keysThatCannotBeWrittenNeedACodec() {
		application(OldShelves.class, NewShelves.class).run((context) -> assertProblem(context,
				"Shelf, cannot be written as text", "OldShelves", "add a KeyCodec<Shelf> bean"));
		application(OldShelves.class, NewShelves.class, Codec.class)
			.run((context) -> assertThat(sides(context).keys().encode(new Shelf(7))).isEqualTo("shelf 7"));
		application(OldShelves.class, NewShelves.class, Codec.class, SecondCodec.class)
			.run((context) -> assertProblem(context, "Shelf, have 2 KeyCodecs"));
	}

	@Test
	void aStoreOfAnUnknownFlagIsRefused() {
		application(StrayStore.class).run((context) -> {
			assertThat(problems(context))
				.anySatisfy((problem) -> assertThat(problem.what()).contains("Unknown flag 'stray'"));
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "COMPLETE" })
	void marksWithoutStoresAreCounts(MigrationStage stage, CapturedOutput output) {
		at(stage, OldPlain.class, NewPlain.class).withPropertyValues(CONSISTENCY + "marked").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("cannot be marked, because flag 'a-flag' has no KeyedStores");
		});
	}

	@Test
	void withoutStoresWritesMayBeStrictOrCounted() {
		for (String consistency : List.of("strict", "counted")) {
			application(OldPlain.class, NewPlain.class).withPropertyValues(CONSISTENCY + consistency)
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "marked", "strict" })
	void aWriteWithoutAKeyIsCounted(String consistency, CapturedOutput output) {
		application(OldKeyless.class, NewKeyless.class)
			.withPropertyValues(consistency.isEmpty() ? "a=b" : CONSISTENCY + consistency)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("OldKeyless.save(Long, String) have no key").contains("are counted, not repaired");
	}

	@Test
	void notToWaitNeedsMarks() {
		application(OldPlain.class, NewPlain.class)
			.withPropertyValues("migration.flags." + FLAG + ".write.await=false",
					"migration.flags." + FLAG + ".write.timing=after-commit")
			.run((context) -> assertProblem(context,
					"Callers shall not wait for the second write of save, which is not marked"));
	}

	@Test
	void notToWaitNeedsMarksThatLast() {
		application(OldItems.class, NewItems.class)
			.withPropertyValues("migration.flags." + FLAG + ".write.await=false",
					"migration.flags." + FLAG + ".write.timing=after-commit")
			.run((context) -> assertProblem(context, "do not outlive the process", "migration.store.type=jdbc"));
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE" })
	void notToWaitIsForWritesAfterTheCommitThatAreMarked(MigrationStage stage) {
		at(stage, OldItems.class, NewItems.class)
			.withPropertyValues("migration.flags." + FLAG + ".write.await=false", CONSISTENCY + "strict")
			.run((context) -> assertThat(problems(context)).extracting((problem) -> problem.what())
				.contains("The second write runs on the caller's thread, which cannot go on without it",
						"A caller who does not wait cannot know about the second write, so it has to be marked"));
	}

	@Test
	void whatIsInjectedAsAStoreIsTheOldSide() {
		application(OldAccess.class, NewAccess.class, OldPlain.class, NewPlain.class)
			.run((context) -> assertThat(context.getBean(KeyedStore.class)).isInstanceOf(OldAccess.class));
	}

	private static KeyedSides sides(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		Map<String, KeyedSides> sides = context.getBean(MigrationOperations.class).keyedSides();
		assertThat(sides).containsOnlyKeys(FLAG);
		return sides.values().iterator().next();
	}

	interface Items {

		@MigrationWrite(key = "#a0")
		String save(Long id, String value);

	}

	/**
	 * A repository that is a keyed store too, whose methods of the one call those of the
	 * other, and one of which is even both.
	 */
	abstract static class KeyedItems implements Items, KeyedStore<Long, String> {

		private final Map<Long, String> rows = new ConcurrentHashMap<>();

		private final Wiring.Journal journal;

		KeyedItems(Wiring.Journal journal) {
			this.journal = journal;
		}

		private String side() {
			return (this instanceof OldItems) ? "old" : "new";
		}

		@Override
		public String save(Long id, String value) {
			this.rows.put(id, value);
			return this.journal.add(side());
		}

		@Override
		@MigrationRead
		public Optional<String> find(Long key) {
			this.journal.add(side());
			return Optional.ofNullable(this.rows.get(key));
		}

		@Override
		public void put(Long key, String value) {
			save(key, value);
		}

		@Override
		public void remove(Long key) {
			this.rows.remove(key);
		}

		@Override
		public List<Long> keysAfter(@Nullable Long last, int limit) {
			return List.copyOf(this.rows.keySet());
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldItems extends KeyedItems {

		OldItems(Wiring.Journal journal) {
			super(journal);
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewItems extends KeyedItems {

		NewItems(Wiring.Journal journal) {
			super(journal);
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldPlain implements Items {

		private final Wiring.Journal journal;

		OldPlain(Wiring.Journal journal) {
			this.journal = journal;
		}

		@Override
		public String save(Long id, String value) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewPlain implements Items {

		private final Wiring.Journal journal;

		NewPlain(Wiring.Journal journal) {
			this.journal = journal;
		}

		@Override
		public String save(Long id, String value) {
			return this.journal.add("new");
		}

	}

	static class Access<K, V> implements KeyedStore<K, V> {

		private final @Nullable Items items;

		Access(@Nullable Items items) {
			this.items = items;
		}

		@Override
		public Optional<V> find(K key) {
			return Optional.empty();
		}

		@Override
		public void put(K key, V value) {
			if (this.items != null) {
				this.items.save((Long) key, (String) value);
			}
		}

		@Override
		public void remove(K key) {
		}

		@Override
		public List<K> keysAfter(@Nullable K last, int limit) {
			return List.of();
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldAccess extends Access<Long, String> {

		OldAccess(@Nullable OldPlain items) {
			super(items);
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewAccess extends Access<Long, String> {

		NewAccess(@Nullable NewPlain items) {
			super(items);
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class UuidAccess extends Access<UUID, String> {

		UuidAccess() {
			super(null);
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NumberAccess extends Access<Long, Integer> {

		NumberAccess() {
			super(null);
		}

	}

	@Migration(flag = "stray", origin = MigrationOrigin.NEW)
	static class StrayStore extends Access<Long, Integer> {

		StrayStore() {
			super(null);
		}

	}

	record Shelf(int number) {
	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldShelves extends Access<Shelf, String> {

		OldShelves() {
			super(null);
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewShelves extends Access<Shelf, String> {

		NewShelves() {
			super(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Codec {

		@Bean
		KeyCodec<Shelf> shelfCodec() {
			return codec();
		}

		@Bean
		@Lazy
		KeyCodec<UUID> anotherCodec() {
			throw new IllegalStateException("Not asked for");
		}

		static KeyCodec<Shelf> codec() {
			return new KeyCodec<>() {

				@Override
				public String encode(Shelf key) {
					return "shelf " + key.number();
				}

				@Override
				public Shelf decode(String text) {
					return new Shelf(Integer.parseInt(text.substring("shelf ".length())));
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondCodec {

		@Bean
		KeyCodec<Shelf> secondShelfCodec() {
			return Codec.codec();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Interfaces {

		@Bean
		KeyedStore<Long, String> oldOne() {
			return new OldAccess(null);
		}

		@Bean
		KeyedStore<Long, String> newOne() {
			return new NewAccess(null);
		}

	}

	interface KeylessItems {

		@MigrationWrite
		String save(Long id, String value);

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldKeyless extends Access<Long, String> implements KeylessItems {

		OldKeyless() {
			super(null);
		}

		@Override
		public String save(Long id, String value) {
			return "old";
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewKeyless extends Access<Long, String> implements KeylessItems {

		NewKeyless() {
			super(null);
		}

		@Override
		public String save(Long id, String value) {
			return "new";
		}

	}

}
