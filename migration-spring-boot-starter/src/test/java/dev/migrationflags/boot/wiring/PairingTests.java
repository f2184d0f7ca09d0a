package dev.migrationflags.boot.wiring;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where annotations may stand, and which two methods they make a pair of.
 */
class PairingTests {

	private static void assertRead(AssertableApplicationContext context, MigrationStage stage,
			ThrowingCallable... calls) {
		assertCalls(context, stage, Wiring.readAt(stage), calls);
	}

	private static void assertWrite(AssertableApplicationContext context, MigrationStage stage,
			ThrowingCallable... calls) {
		assertCalls(context, stage, Wiring.writeAt(stage), calls);
	}

	private static void assertCalls(AssertableApplicationContext context, MigrationStage stage, List<String> expected,
			ThrowingCallable... calls) {
		Journal journal = context.getBean(Journal.class);
		for (ThrowingCallable call : calls) {
			try {
				assertThat(call.call()).isEqualTo(stage.authority().key());
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			assertThat(journal.take()).isEqualTo(expected);
		}
	}

	private interface ThrowingCallable {

		Object call() throws Exception;

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void twoClassesBehindASharedInterface(MigrationStage stage) {
		Wiring.at(stage, OldShared.class, NewShared.class).run((context) -> {
			assertRead(context, stage, () -> context.getBean(Shared.class).find(1),
					() -> context.getBean(OldShared.class).find(1), () -> context.getBean(NewShared.class).find(1));
			assertWrite(context, stage, () -> context.getBean(Shared.class).save("x"),
					() -> context.getBean(OldShared.class).save("x"), () -> context.getBean(NewShared.class).save("x"));
		});
	}

	interface Shared {

		@MigrationRead
		String find(long id);

		@MigrationWrite
		String save(String value);

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldShared implements Shared {

		private final Journal journal;

		OldShared(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String find(long id) {
			return this.journal.add("old");
		}

		@Override
		public String save(String value) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewShared implements Shared {

		private final Journal journal;

		NewShared(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String find(long id) {
			return this.journal.add("new");
		}

		@Override
		public String save(String value) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void twoClassesThatShareNoInterface(MigrationStage stage) {
		Wiring.at(stage, OldAlone.class, NewAlone.class)
			.run((context) -> assertRead(context, stage, () -> context.getBean(OldAlone.class).find(1),
					() -> context.getBean(NewAlone.class).find(1)));
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldAlone {

		private final Journal journal;

		OldAlone(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		String find(long id) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewAlone {

		private final Journal journal;

		NewAlone(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		String find(long id) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void oneClassWithBothMethods(MigrationStage stage) {
		Wiring.at(stage, Both.class).run((context) -> {
			Both both = context.getBean(Both.class);
			assertRead(context, stage, () -> both.quoteInProcess("x"), () -> both.quoteOverHttp("x"));
			assertWrite(context, stage, () -> both.bookHere("x"), () -> both.bookThere("x"));
		});
	}

	static class Both {

		private final Journal journal;

		Both(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "quote")
		String quoteInProcess(String cart) {
			return this.journal.add("old");
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "quote")
		String quoteOverHttp(String cart) {
			return this.journal.add("new");
		}

		@MigrationWrite(value = "a-flag", origin = MigrationOrigin.OLD, operation = "book")
		String bookHere(String cart) {
			return this.journal.add("old");
		}

		@MigrationWrite(value = "a-flag", origin = MigrationOrigin.NEW, operation = "book")
		String bookThere(String cart) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void whatStandsOnTheMethodWinsOverTheType(MigrationStage stage) {
		Wiring.at(stage, Mixed.class, MixedPartner.class)
			.withPropertyValues(Wiring.flag("other-flag", MigrationStage.COMPLETE))
			.run((context) -> {
				assertRead(context, stage, () -> context.getBean(Mixed.class).find("x"),
						() -> context.getBean(MixedPartner.class).find("x"));
				assertThat(context.getBean(Mixed.class).oldOfOther("x")).isEqualTo("new");
				assertThat(context.getBean(Mixed.class).newOfOther("x")).isEqualTo("new");
			});
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class Mixed {

		private final Journal journal;

		Mixed(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		String find(String id) {
			return this.journal.add("old");
		}

		@MigrationRead(flag = "other-flag", operation = "other")
		String oldOfOther(String id) {
			return "old";
		}

		@MigrationRead(flag = "other-flag", origin = MigrationOrigin.NEW, operation = "other")
		String newOfOther(String id) {
			return "new";
		}

	}

	static class MixedPartner {

		private final Journal journal;

		MixedPartner(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW)
		String find(String id) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void attributesAreMergedOneByOneAndTheNearestWins(MigrationStage stage) {
		Wiring.at(stage, OldMerged.class, NewMerged.class)
			.run((context) -> assertRead(context, stage, () -> context.getBean(Merged.class).find("x"),
					() -> context.getBean(NewMerged.class).find("x")));
	}

	interface Merged {

		@MigrationRead(flag = "no-such-flag", operation = "merged", key = "#id")
		String find(String id);

	}

	static class OldMerged implements Merged {

		private final Journal journal;

		OldMerged(Journal journal) {
			this.journal = journal;
		}

		@Override
		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD)
		public String find(String id) {
			return this.journal.add("old");
		}

	}

	static class NewMerged {

		private final Journal journal;

		NewMerged(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "merged")
		String find(String id) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void composedAnnotations(MigrationStage stage) {
		Wiring.at(stage, OldComposed.class, NewComposed.class, OldComposedType.class, NewComposedType.class)
			.run((context) -> {
				assertRead(context, stage, () -> context.getBean(OldComposed.class).find("x"),
						() -> context.getBean(NewComposed.class).search("x"));
				assertRead(context, stage, () -> context.getBean(OldComposedType.class).list("x"),
						() -> context.getBean(NewComposedType.class).list("x"));
			});
	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@MigrationRead(flag = "a-flag")
	@interface FlaggedRead {

		@AliasFor(annotation = MigrationRead.class, attribute = "origin")
		MigrationOrigin[] side();

		@AliasFor(annotation = MigrationRead.class, attribute = "operation")
		String named();

	}

	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	@interface FlaggedType {

		@AliasFor(annotation = Migration.class, attribute = "origin")
		MigrationOrigin is();

	}

	static class OldComposed {

		private final Journal journal;

		OldComposed(Journal journal) {
			this.journal = journal;
		}

		@FlaggedRead(side = MigrationOrigin.OLD, named = "composed")
		String find(String id) {
			return this.journal.add("old");
		}

	}

	static class NewComposed {

		private final Journal journal;

		NewComposed(Journal journal) {
			this.journal = journal;
		}

		@FlaggedRead(side = MigrationOrigin.NEW, named = "composed")
		String search(String id) {
			return this.journal.add("new");
		}

	}

	@FlaggedType(is = MigrationOrigin.OLD)
	static class OldComposedType {

		private final Journal journal;

		OldComposedType(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		String list(String id) {
			return this.journal.add("old");
		}

	}

	@FlaggedType(is = MigrationOrigin.NEW)
	static class NewComposedType {

		private final Journal journal;

		NewComposedType(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		String list(String id) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aGenericInterfaceWithBridgeMethods(MigrationStage stage) {
		Wiring.at(stage, OldGeneric.class, NewGeneric.class).run((context) -> {
			Generic<String, Long> throughInterface = context.getBean(OldGeneric.class);
			assertRead(context, stage, () -> throughInterface.find(1L).orElseThrow(),
					() -> context.getBean(OldGeneric.class).find(1L).orElseThrow(),
					() -> context.getBean(NewGeneric.class).find(1L).orElseThrow());
			assertWrite(context, stage, () -> throughInterface.save("x"),
					() -> context.getBean(NewGeneric.class).save("x"));
		});
	}

	interface Generic<T, I> {

		@MigrationRead(key = "#id")
		Optional<T> find(I id);

		@MigrationWrite
		T save(T value);

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldGeneric implements Generic<String, Long> {

		private final Journal journal;

		OldGeneric(Journal journal) {
			this.journal = journal;
		}

		@Override
		public Optional<String> find(Long id) {
			return Optional.of(this.journal.add("old"));
		}

		@Override
		public String save(String value) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewGeneric implements Generic<String, Long> {

		private final Journal journal;

		NewGeneric(Journal journal) {
			this.journal = journal;
		}

		@Override
		public Optional<String> find(Long id) {
			return Optional.of(this.journal.add("new"));
		}

		@Override
		public String save(String value) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void methodsInheritedFromAnAbstractClass(MigrationStage stage) {
		Wiring.at(stage, OldInherited.class, NewInherited.class)
			.run((context) -> assertRead(context, stage, () -> context.getBean(OldInherited.class).find("x"),
					() -> context.getBean(NewInherited.class).find("x")));
	}

	abstract static class Base<T> {

		private final Journal journal;

		private final T side;

		Base(Journal journal, T side) {
			this.journal = journal;
			this.side = side;
		}

		@MigrationRead
		public String find(T id) {
			return this.journal.add(String.valueOf(this.side));
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldInherited extends Base<String> {

		OldInherited(Journal journal) {
			super(journal, "old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewInherited extends Base<String> {

		NewInherited(Journal journal) {
			super(journal, "new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void anInterfaceImplementedByAClassThatDoesNotKnowIt(MigrationStage stage) {
		Wiring.at(stage, OldUnaware.class, NewUnaware.class)
			.run((context) -> assertRead(context, stage, () -> context.getBean(OldUnaware.class).find(1),
					() -> ((Shared2) context.getBean(OldUnaware.class)).find(1),
					() -> context.getBean(NewUnaware.class).find(1)));
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void anInterfaceImplementedByAClassThatDoesNotKnowItBehindAProxyOfInterfaces(MigrationStage stage) {
		Wiring.at(stage, OldUnaware.class, NewUnaware.class)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> context.getBeansOfType(Shared2.class)
				.values()
				.forEach((bean) -> assertRead(context, stage, () -> bean.find(1))));
	}

	interface Shared2 {

		@MigrationRead(key = "#id")
		String find(long id);

	}

	static class Unaware {

		private final Journal journal;

		private final String side;

		Unaware(Journal journal, String side) {
			this.journal = journal;
			this.side = side;
		}

		public String find(long id) {
			return this.journal.add(this.side);
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldUnaware extends Unaware implements Shared2 {

		OldUnaware(Journal journal) {
			super(journal, "old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewUnaware extends Unaware implements Shared2 {

		NewUnaware(Journal journal) {
			super(journal, "new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void defaultMethodsOfInterfaces(MigrationStage stage) {
		Wiring.at(stage, OldDefault.class, NewDefault.class)
			.run((context) -> assertRead(context, stage, () -> context.getBean(Defaults.class).find("x"),
					() -> context.getBean(OldDefault.class).find("x"),
					() -> context.getBean(NewDefault.class).find("x")));
	}

	interface Defaults {

		Journal journal();

		@MigrationRead
		default String find(String id) {
			return journal().add("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldDefault implements Defaults {

		private final Journal journal;

		OldDefault(Journal journal) {
			this.journal = journal;
		}

		@Override
		public Journal journal() {
			return this.journal;
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewDefault implements Defaults {

		private final Journal journal;

		NewDefault(Journal journal) {
			this.journal = journal;
		}

		@Override
		public Journal journal() {
			return this.journal;
		}

		@Override
		public String find(String id) {
			return this.journal.add("new");
		}

	}

	@Test
	void overloadsPairByTheTypesOfTheirParameters() {
		Wiring.at(MigrationStage.COMPLETE, OldOverloads.class, NewOverloads.class).run((context) -> {
			OldOverloads old = context.getBean(OldOverloads.class);
			assertThat(old.find("x")).isEqualTo("new String");
			assertThat(old.find(1L)).isEqualTo("new long");
			assertThat(old.find(List.of())).isEqualTo("new List");
			assertThat(old.find("x", "y")).isEqualTo("new String...");
			assertThat(old.find()).isEqualTo("old, not migrated");
		});
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldOverloads {

		@MigrationRead
		String find(String id) {
			return "old String";
		}

		@MigrationRead
		String find(long id) {
			return "old long";
		}

		@MigrationRead
		String find(List<String> ids) {
			return "old List";
		}

		@MigrationRead
		String find(String... ids) {
			return "old String...";
		}

		String find() {
			return "old, not migrated";
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewOverloads {

		@MigrationRead
		String find(String id) {
			return "new String";
		}

		@MigrationRead
		String find(long id) {
			return "new long";
		}

		@MigrationRead
		String find(List<String> ids) {
			return "new List";
		}

		@MigrationRead
		String find(String... ids) {
			return "new String...";
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aPrimitiveAndABoxedReturnTypePair(MigrationStage stage) {
		Wiring.at(stage, OldCount.class, NewCount.class).run((context) -> {
			long expected = (stage.authority() == MigrationOrigin.OLD) ? 1 : 2;
			assertThat(context.getBean(OldCount.class).count()).isEqualTo(expected);
			assertThat(context.getBean(NewCount.class).count()).isEqualTo(expected);
		});
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldCount {

		@MigrationRead
		long count() {
			return 1;
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewCount {

		@MigrationRead
		Long count() {
			return 2L;
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aCheckedExceptionReachesTheCallerAsItself(MigrationStage stage) {
		Wiring.at(stage, OldChecked.class, NewChecked.class).run((context) -> {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> context.getBean(OldChecked.class).find("x"))
				.withMessage(stage.authority().key())
				.withNoCause();
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> context.getBean(NewChecked.class).find("x"))
				.withMessage(stage.authority().key())
				.withNoCause();
		});
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldChecked {

		@MigrationRead
		String find(String id) throws IOException {
			throw new IOException("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewChecked {

		@MigrationRead
		String find(String id) throws IOException {
			throw new IOException("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void voidPairsWithVoid(MigrationStage stage) {
		Wiring.at(stage, OldVoid.class, NewVoid.class).run((context) -> {
			context.getBean(OldVoid.class).delete("x");
			assertThat(context.getBean(Journal.class).take()).isEqualTo(Wiring.writeAt(stage));
			context.getBean(NewVoid.class).delete("x");
			assertThat(context.getBean(Journal.class).take()).isEqualTo(Wiring.writeAt(stage));
		});
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldVoid {

		private final Journal journal;

		OldVoid(Journal journal) {
			this.journal = journal;
		}

		@MigrationWrite
		void delete(String id) {
			this.journal.add("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewVoid {

		private final Journal journal;

		NewVoid(Journal journal) {
			this.journal = journal;
		}

		@MigrationWrite
		void delete(String id) {
			this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void anImplementationThatDoesNotTakePartIsLeftAlone(MigrationStage stage) {
		Wiring.at(stage, OldShared.class, NewShared.class, Decorator.class).run((context) -> {
			assertThat(context.getBean(Decorator.class).find(1)).isEqualTo("decorator");
			assertThat(context.getBean(Decorator.class).save("x")).isEqualTo("decorator");
			assertThat(context.getBean(Journal.class).take()).isEmpty();
		});
	}

	static class Decorator implements Shared {

		@Override
		public String find(long id) {
			return "decorator";
		}

		@Override
		public String save(String value) {
			return "decorator";
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aThirdImplementationMayIgnoreTheFlagThatTheInterfaceNames(MigrationStage stage) {
		Wiring.at(stage, OldNamed.class, NewNamed.class, NamedDecorator.class).run((context) -> {
			assertRead(context, stage, () -> context.getBean(OldNamed.class).find("x"));
			assertThat(context.getBean(NamedDecorator.class).find("x")).isEqualTo("decorator");
		});
	}

	interface Named {

		@MigrationRead("a-flag")
		String find(String id);

	}

	static class OldNamed implements Named {

		private final Journal journal;

		OldNamed(Journal journal) {
			this.journal = journal;
		}

		@Override
		@MigrationRead(origin = MigrationOrigin.OLD)
		public String find(String id) {
			return this.journal.add("old");
		}

	}

	static class NewNamed implements Named {

		private final Journal journal;

		NewNamed(Journal journal) {
			this.journal = journal;
		}

		@Override
		@MigrationRead(origin = MigrationOrigin.NEW)
		public String find(String id) {
			return this.journal.add("new");
		}

	}

	static class NamedDecorator implements Named {

		@Override
		public String find(String id) {
			return "decorator";
		}

	}

}
