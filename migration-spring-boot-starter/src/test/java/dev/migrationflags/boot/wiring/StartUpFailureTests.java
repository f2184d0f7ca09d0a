package dev.migrationflags.boot.wiring;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.wiring.Pricing.NewPricing;
import dev.migrationflags.boot.wiring.Pricing.OldPricing;
import dev.migrationflags.flags.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.scheduling.annotation.Async;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that is wrong stops the application, says where, and what to write instead.
 */
class StartUpFailureTests {

	private static ApplicationContextRunner with(Class<?>... beans) {
		return Wiring.application(beans);
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.main.lazy-initialization=true", "spring.main.lazy-initialization=false" })
	void anOldMethodWithoutANewOne(String lazy) {
		with(OldPricing.class).withPropertyValues(lazy)
			.run((context) -> Wiring.assertProblem(context, "'quote(String)'", "flag 'a-flag'", "no new side",
					"OldPricing", "Annotate a method of the new side"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.main.lazy-initialization=true", "spring.main.lazy-initialization=false" })
	void aNewMethodWithoutAnOldOne(String lazy) {
		with(NewPricing.class).withPropertyValues(lazy)
			.run((context) -> Wiring.assertProblem(context, "'quote(String)'", "flag 'a-flag'", "no old side",
					"NewPricing", "Annotate a method of the old side"));
	}

	@Test
	void twoBeansForOneSide() {
		with(OldPricing.class, NewPricing.class).withBean("another", OldPricing.class)
			.run((context) -> Wiring.assertProblem(context, "old side", "'quote(String)'", "a-flag", "2 times",
					"bean 'another'", "bean 'pricing.OldPricing'", "Keep one bean"));
	}

	@Test
	void twoMethodsForOneSide() {
		with(TwoOld.class).run((context) -> Wiring.assertProblem(context, "old side", "'find(String)'", "2 times",
				"TwoOld.one(String)", "TwoOld.two(String)"));
	}

	static class TwoOld {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String one(String id) {
			return id;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String two(String id) {
			return id;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String three(String id) {
			return id;
		}

	}

	@Test
	void parameterTypesThatDoNotFit() {
		with(Parameters.class).run((context) -> {
			List<Problem> problems = Wiring.problems(context);
			assertThat(problems).hasSize(2);
			Wiring.assertText(problems.get(0), "'find(String)'", "no new side", "Parameters.oldFind(String)",
					"'find(long)'");
			Wiring.assertText(problems.get(1), "'find(long)'", "no old side", "Parameters.newFind(long)",
					"'find(String)'");
		});
	}

	static class Parameters {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind(String id) {
			return id;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind(long id) {
			return "";
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { ReturnTypes.class, GenericReturnTypes.class, VoidReturnTypes.class, Subtypes.class })
	void returnTypesThatDoNotFit(Class<?> type) {
		with(type).run((context) -> Wiring.assertProblem(context, "'find()'", "flag 'a-flag'", "return",
				type.getSimpleName() + ".oldFind()", type.getSimpleName() + ".newFind()", "return the same type"));
	}

	static class ReturnTypes {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		Integer newFind() {
			return 1;
		}

	}

	static class GenericReturnTypes {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		List<String> oldFind() {
			return List.of();
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		List<Integer> newFind() {
			return List.of();
		}

	}

	static class VoidReturnTypes {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		void oldFind() {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		Void newFind() {
			return null;
		}

	}

	static class Subtypes {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		CharSequence oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind() {
			return "";
		}

	}

	@Test
	void aCheckedExceptionThatOnlyOneSideDeclares() {
		with(Exceptions.class).run((context) -> Wiring.assertProblem(context, "'find()'", "IOException",
				"Exceptions.oldFind()", "Exceptions.newFind()", "Declare 'IOException' on both"));
	}

	static class Exceptions {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind() throws FileNotFoundException, IllegalStateException {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind() throws IOException {
			return "";
		}

	}

	@Test
	void aReadAndAWriteDoNotPair() {
		with(ReadAndWrite.class).run((context) -> Wiring.assertProblem(context, "'find()'", "read", "write",
				"ReadAndWrite.oldFind()", "@MigrationWrite"));
	}

	static class ReadAndWrite {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind() {
			return "";
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind() {
			return "";
		}

	}

	@Test
	void aMethodThatIsBothAReadAndAWrite() {
		with(ReadWrite.class).run((context) -> Wiring.assertProblem(context, "both a read and a write",
				"bean 'startUpFailureTests.ReadWrite'", "ReadWrite.find", "Keep one"));
	}

	interface Readable {

		@MigrationRead
		String find();

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class ReadWrite implements Readable {

		@Override
		@MigrationWrite
		public String find() {
			return "";
		}

	}

	@Test
	void aTypeWithoutAnAnnotatedMethod() {
		with(OldPricing.class, NewPricing.class, Forgotten.class)
			.run((context) -> Wiring.assertProblem(context, "no migrated method", "flag 'a-flag'",
					"bean 'startUpFailureTests.Forgotten'", Forgotten.class.getName(), "@MigrationRead"));
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class Forgotten {

		String find() {
			return "";
		}

	}

	@Test
	void anUnknownFlag() {
		with(UnknownFlag.class).run((context) -> Wiring.assertProblem(context, "Unknown flag 'no-such-flag'",
				"UnknownFlag.oldFind()", "migration.flags.no-such-flag.stage", "known flags: a-flag"));
	}

	static class UnknownFlag {

		@MigrationRead(flag = "no-such-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind() {
			return "";
		}

		@MigrationRead(flag = "no-such-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind() {
			return "";
		}

	}

	@Test
	void aMethodWithoutFlagOrOrigin() {
		with(Incomplete.class).run((context) -> {
			List<Problem> problems = Wiring.problems(context);
			assertThat(problems).hasSize(2);
			assertThat(problems).anySatisfy((problem) -> Wiring.assertText(problem, "no flag", "Incomplete.find()"))
				.anySatisfy((problem) -> Wiring.assertText(problem, "no origin", "Incomplete.list()"));
		});
	}

	static class Incomplete {

		@MigrationRead(origin = MigrationOrigin.OLD)
		String find() {
			return "";
		}

		@MigrationRead("a-flag")
		String list() {
			return "";
		}

	}

	@Test
	void aMethodWithTwoOrigins() {
		with(TwoOrigins.class).run((context) -> assertThat(Wiring.problems(context)).anySatisfy(
				(problem) -> Wiring.assertText(problem, "cannot be both sides", "TwoOrigins.find", "Name one")));
	}

	static class TwoOrigins {

		@MigrationRead(flag = "a-flag", origin = { MigrationOrigin.OLD, MigrationOrigin.NEW })
		String find() {
			return "";
		}

	}

	@Test
	void twoNamesOfTheFlag() {
		with(TwoFlags.class).run((context) -> Wiring.assertProblem(context, "contradicts itself", "TwoFlags.find",
				"'value' or 'flag', not both"));
	}

	static class TwoFlags {

		@MigrationRead(value = "a-flag", flag = "other-flag", origin = MigrationOrigin.OLD)
		String find() {
			return "";
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethods.class, StaticMethods.class, FinalMethods.class, FinalClass.class,
			FinalClassWithOtherInterface.class })
	void aMethodThatNoProxyCanIntercept(Class<?> type) {
		with(type).run((context) -> {
			List<Problem> problems = Wiring.problems(context);
			assertThat(problems).hasSize(2);
			Wiring.assertText(problems.get(0), "cannot be intercepted", type.getSimpleName() + ".oldFind()",
					"bean 'startUpFailureTests." + type.getSimpleName(), "overridable");
			Wiring.assertText(problems.get(1), "cannot be intercepted", type.getSimpleName() + ".newFind()");
		});
	}

	static class PrivateMethods {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		private String oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		private String newFind() {
			return "";
		}

	}

	static class StaticMethods {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		static String oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		static String newFind() {
			return "";
		}

	}

	static class FinalMethods {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		final String oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		final String newFind() {
			return "";
		}

	}

	static final class FinalClass {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind() {
			return "";
		}

	}

	static final class FinalClassWithOtherInterface implements Runnable {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		String oldFind() {
			return "";
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind() {
			return "";
		}

		@Override
		public void run() {
		}

	}

	static Stream<Class<?>> badExpressions() {
		return Stream.of(Unparsable.class, UnknownVariable.class, ResultInContext.class, BeanReference.class,
				WithoutHash.class, ThreeArguments.class, OneArgument.class, Assignment.class);
	}

	@ParameterizedTest
	@MethodSource("badExpressions")
	void aBadExpression(Class<?> type) {
		with(type).run((context) -> Wiring.assertProblem(context, type.getAnnotation(Says.class).value(),
				"The expression ", type.getSimpleName() + ".oldSave(String, long)", "bean 'startUpFailureTests."));
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Says {

		String value();

	}

	@Says("key = \"#id.\" cannot be parsed")
	static class Unparsable {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", key = "#id.")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	@Says("Use #a0, #a1, #id, #p0, #p1, #result, #version")
	static class UnknownVariable {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", key = "#ident")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	@Says("the unknown variable #result")
	static class ResultInContext {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", context = "#result")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	@Says("a bean (@service)")
	static class BeanReference {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", key = "@service.key(#id)")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	@Says("'id', which has no #")
	static class WithoutHash {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save",
				key = "T(String).valueOf(id)")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	@Says("gives 1 argument(s) to a method with 2 parameter(s)")
	static class OneArgument {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", mirror = "#result")
		String oldSave(String id, long version) {
			return "";
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		String newSave(String id, long version) {
			return "";
		}

	}

	@Says("gives 3 argument(s) to a method with 2 parameter(s)")
	static class ThreeArguments {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", mirror = "{1, 2, 3}")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	@Says("an assignment")
	static class Assignment {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save", key = "#id = 'x'")
		void oldSave(String id, long version) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id, long version) {
		}

	}

	static Stream<Class<?>> oneShots() {
		return Stream.of(Streams.class, Futures.class, Stages.class, Iterators.class, Streaming.class,
				Asynchronous.class);
	}

	@ParameterizedTest
	@MethodSource("oneShots")
	void aReadWhoseResultCannotBeCompared(Class<?> type) {
		with(type).run((context) -> {
			List<Problem> problems = Wiring.problems(context);
			assertThat(problems).hasSize(2);
			Wiring.assertText(problems.get(0), "cannot be compared", type.getSimpleName() + ".oldFind()",
					"migration.flags.a-flag.operations.find.comparison.enabled=false");
		});
	}

	@Test
	void aFutureWhoseEndCanBeFollowedIsCompared() {
		with(CompletableFutures.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@MethodSource("oneShots")
	void withoutComparisonAnyResultWillDo(Class<?> type) {
		with(type).withPropertyValues("migration.flags.a-flag.operations.find.comparison.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		with(type).withPropertyValues("migration.flags.a-flag.comparison.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class Streams {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		Stream<String> oldFind() {
			return Stream.of();
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		Stream<String> newFind() {
			return Stream.of();
		}

	}

	static class Futures {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		Future<String> oldFind() {
			return CompletableFuture.completedFuture("");
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		Future<String> newFind() {
			return CompletableFuture.completedFuture("");
		}

	}

	static class CompletableFutures {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		CompletableFuture<String> oldFind() {
			return CompletableFuture.completedFuture("");
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		CompletableFuture<String> newFind() {
			return CompletableFuture.completedFuture("");
		}

	}

	static class Stages {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		CompletionStage<String> oldFind() {
			return CompletableFuture.completedFuture("");
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		CompletionStage<String> newFind() {
			return CompletableFuture.completedFuture("");
		}

	}

	static class Iterators {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		Iterator<String> oldFind() {
			return List.<String>of().iterator();
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		Iterator<String> newFind() {
			return List.<String>of().iterator();
		}

	}

	static class Streaming {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		InputStream oldFind() {
			return InputStream.nullInputStream();
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		InputStream newFind() {
			return InputStream.nullInputStream();
		}

	}

	@Async
	static class Asynchronous {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find")
		void oldFind() {
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		void newFind() {
		}

	}

	@Test
	void aStageThatTheFlagDoesNotHave() {
		with(OldPricing.class, NewPricing.class)
			.withPropertyValues("migration.flags.a-flag.stages=4", "migration.flags.a-flag.stage=dualwrite")
			.run((context) -> Wiring.assertProblem(context, "no stage dualwrite", "a-flag",
					"off, shadow, live, complete"));
	}

	@Test
	void aStageThatNobodyKnows() {
		with(OldPricing.class, NewPricing.class).withPropertyValues("migration.flags.a-flag.stage=alive")
			.run((context) -> assertThat(Wiring.problems(context)).anySatisfy((problem) -> Wiring.assertText(problem,
					"alive", "migration.flags.a-flag.stage", "off, dualwrite, shadow, live, rampdown, complete")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "rollout.shadow=101", "rollout.shadow=-1", "rollout.shadow=60|rollout.dualwrite=41" })
	void percentagesThatMakeNoSense(String properties) {
		with(OldPricing.class, NewPricing.class)
			.withPropertyValues(Stream.of(properties.split("\\|"))
				.map((property) -> "migration.flags.a-flag." + property)
				.toArray(String[]::new))
			.run((context) -> Wiring.assertProblem(context, "percent", "a-flag", "rollout", "100"));
	}

	@Test
	void cohortsThatMakeNoSense() {
		String prefix = "migration.flags.a-flag.cohorts";
		with(OldPricing.class, NewPricing.class)
			.withPropertyValues(prefix + "[0].name=staff", prefix + "[0].match.plan=internal",
					prefix + "[1].name=staff", prefix + "[1].match.plan=beta", prefix + "[1].stage=shadow",
					prefix + "[1].rollout.shadow=5")
			.run((context) -> {
				List<Problem> problems = Wiring.problems(context);
				assertThat(problems).hasSize(3);
				assertThat(problems)
					.anySatisfy((problem) -> Wiring.assertText(problem, "'staff'", "neither a stage nor a rollout"))
					.anySatisfy((problem) -> Wiring.assertText(problem, "'staff'", "both a stage and a rollout"))
					.anySatisfy((problem) -> Wiring.assertText(problem, "Two cohorts are named 'staff'"));
			});
	}

	@Test
	void unknownProperties() {
		with(OldPricing.class, NewPricing.class).withPropertyValues("migration.flags.a-flag.reed.timeout=1s")
			.run((context) -> Wiring.assertProblem(context, "'a-flag'", "reed", "read"));
	}

	@Test
	void aFlagThatIsDefinedTwice() {
		with(OldPricing.class, NewPricing.class)
			.withBean(MigrationFlag.class, () -> MigrationFlag.named("a-flag").stage(MigrationStage.OFF).build())
			.run((context) -> Wiring.assertProblem(context, "'a-flag'", "defined by a bean and by properties",
					"Remove the stage"));
	}

	@Test
	void aRolloutThatLetsContextsDisagreeAboutSharedData() {
		with(Writes.class).withPropertyValues("migration.flags.a-flag.rollout.live=5")
			.run((context) -> Wiring.assertProblem(context, "'a-flag'", "write operations", "live",
					"migration.flags.a-flag.context"));
		with(Writes.class)
			.withPropertyValues("migration.flags.a-flag.rollout.live=5", "migration.flags.a-flag.context=customer")
			.run((context) -> assertThat(context).hasNotFailed());
		with(Writes.class)
			.withPropertyValues("migration.flags.a-flag.stages=4", "migration.flags.a-flag.rollout.live=5")
			.run((context) -> assertThat(context).hasNotFailed());
		with(OldPricing.class, NewPricing.class).withPropertyValues("migration.flags.a-flag.rollout.live=5")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class Writes {

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "save")
		void oldSave(String id) {
		}

		@MigrationWrite(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String id) {
		}

	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.main.lazy-initialization=true", "spring.main.lazy-initialization=false" })
	void everythingThatIsWrongIsToldAtOnce(String lazy) {
		with(OldPricing.class, UnknownFlag.class, FinalMethods.class, UnknownVariable.class, Streams.class,
				Forgotten.class)
			.withPropertyValues(lazy, "migration.flags.second.stage=alive", "migration.flags.third.stages=5",
					"migration.flags.third.stage=off", "migration.executor.threads=0")
			.run((context) -> {
				assertThat(Wiring.problems(context)).extracting((problem) -> problem.what() + " " + problem.where())
					.anyMatch((text) -> text.contains("no new side"))
					.anyMatch((text) -> text.contains("Unknown flag 'no-such-flag'"))
					.anyMatch((text) -> text.contains("it is final"))
					.anyMatch((text) -> text.contains("#ident"))
					.anyMatch((text) -> text.contains("no migrated method"))
					.anyMatch((text) -> text.contains("alive"))
					.anyMatch((text) -> text.contains("5 stages"))
					.anyMatch((text) -> text.contains("executor.threads"))
					.doesNotHaveDuplicates();
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("no new side")
					.contains("bean 'pricing.OldPricing'")
					.contains("OldPricing.quote(String)");
				assertThat(analysis.getAction()).contains("1. ").contains("migration.flags.no-such-flag.stage");
			});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		return SpringFactoriesLoader.forDefaultResourceLocation().load(FailureAnalyzer.class, (type, name, ex) -> {
		})
			.stream()
			.filter((analyzer) -> analyzer.getClass().getName().startsWith("dev.migrationflags"))
			.map((analyzer) -> analyzer.analyze(failure))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void anInterfaceThatIsAnnotatedWithoutAnyBeanThatTakesPartStopsNothing() {
		with(Stub.class).run((context) -> assertThat(context.getBean(Stub.class).quote("x")).isEqualTo("stub"));
	}

	static class Stub implements Pricing {

		@Override
		public String quote(String cart) {
			return "stub";
		}

	}

}
