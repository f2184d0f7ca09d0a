package dev.migrationflags.boot.wiring;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.Mismatch;
import dev.migrationflags.MismatchListener;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the expressions {@code mirror}, {@code key} and {@code context} see and give.
 */
class ExpressionTests {

	private static double errors(AssertableApplicationContext context, String source) {
		Counter counter = context.getBean(MeterRegistry.class)
			.find("migration.flag.errors")
			.tags("flag", Wiring.FLAG, "source", source)
			.counter();
		return (counter != null) ? counter.count() : 0;
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
	void theSecondaryWriteGetsWhatTheMirrorGives(MigrationStage stage) {
		Wiring.at(stage, OldOrders.class, NewOrders.class).run((context) -> {
			Journal journal = context.getBean(Journal.class);
			String one = stage.authority().key();
			String other = stage.authority().other().key();
			for (Orders orders : context.getBeansOfType(Orders.class).values()) {
				assertThat(orders.same("x")).isEqualTo(one);
				assertThat(journal.take()).containsExactly(one + " x", other + " x");
				orders.result(new Order(null, "x"));
				assertThat(journal.take()).containsExactly(one + " Order[id=null, text=x]",
						other + " Order[id=7, text=x]");
				orders.list("x", 1);
				assertThat(journal.take()).containsExactly(one + " x 1", other + " " + one + "-result 2");
				orders.byPosition("x", 1);
				assertThat(journal.take()).containsExactly(one + " x 1", other + " 1 8");
				orders.types("x");
				assertThat(journal.take()).containsExactly(one + " x", other + " 00000000-0000-0001-0000-000000000002");
				orders.elements(List.of("x", "y"));
				assertThat(journal.take()).containsExactly(one + " [x, y]", other + " [X, Y]");
				orders.many("x", "y");
				assertThat(journal.take()).containsExactly(one + " [x, y]", other + " [y]");
			}
		});
	}

	record Order(Long id, String text) {
	}

	interface Orders {

		@MigrationWrite
		String same(String id);

		@MigrationWrite(mirror = "#result")
		Order result(Order order);

		@MigrationWrite(mirror = "{#result, #count + 1}")
		String list(String id, long count);

		@MigrationWrite(mirror = "{#a1, #p0.length() + 7}")
		String byPosition(String id, long count);

		@MigrationWrite(mirror = "new java.util.UUID(1, T(Long).valueOf('2'))")
		String types(Object id);

		@MigrationWrite(mirror = "#ids.![toUpperCase()]")
		String elements(List<String> ids);

		@MigrationWrite(mirror = "#ids[1]")
		String many(String... ids);

	}

	abstract static class AbstractOrders implements Orders {

		private final Journal journal;

		private final String side;

		AbstractOrders(Journal journal, String side) {
			this.journal = journal;
			this.side = side;
		}

		@Override
		public String same(String id) {
			this.journal.add(this.side + " " + id);
			return this.side;
		}

		@Override
		public Order result(Order order) {
			this.journal.add(this.side + " " + order);
			return new Order((order.id() != null) ? order.id() : 7L, order.text());
		}

		@Override
		public String list(String id, long count) {
			this.journal.add(this.side + " " + id + " " + count);
			return this.side + "-result";
		}

		@Override
		public String byPosition(String id, long count) {
			return this.journal.add(this.side + " " + id + " " + count);
		}

		@Override
		public String types(Object id) {
			assertThat(id).isInstanceOfAny(String.class, UUID.class);
			return this.journal.add(this.side + " " + id);
		}

		@Override
		public String elements(List<String> ids) {
			return this.journal.add(this.side + " " + ids);
		}

		@Override
		public String many(String... ids) {
			return this.journal.add(this.side + " " + List.of(ids));
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldOrders extends AbstractOrders {

		OldOrders(Journal journal) {
			super(journal, "old");
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewOrders extends AbstractOrders {

		NewOrders(Journal journal) {
			super(journal, "new");
		}

	}

	@Test
	void theMirrorOfTheAuthoritativeMethodWins() {
		Wiring.at(MigrationStage.DUAL_WRITE, OwnMirrors.class).run((context) -> {
			context.getBean(OwnMirrors.class).oldSave("x");
			assertThat(context.getBean(Journal.class).take()).containsExactly("old x", "new from old");
		});
		Wiring.at(MigrationStage.LIVE, OwnMirrors.class).run((context) -> {
			context.getBean(OwnMirrors.class).oldSave("x");
			assertThat(context.getBean(Journal.class).take()).containsExactly("new x", "old from new");
		});
	}

	static class OwnMirrors {

		private final Journal journal;

		OwnMirrors(Journal journal) {
			this.journal = journal;
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "save", mirror = "'from old'")
		void oldSave(String value) {
			this.journal.add("old " + value);
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "save", mirror = "'from new'")
		void newSave(String value) {
			this.journal.add("new " + value);
		}

	}

	@Test
	void aMirrorOnOneMethodHoldsInBothDirections() {
		Wiring.at(MigrationStage.DUAL_WRITE, OneMirror.class).run((context) -> {
			context.getBean(OneMirror.class).newSave("x");
			assertThat(context.getBean(Journal.class).take()).containsExactly("old x", "new x!");
		});
		Wiring.at(MigrationStage.LIVE, OneMirror.class).run((context) -> {
			context.getBean(OneMirror.class).newSave("x");
			assertThat(context.getBean(Journal.class).take()).containsExactly("new x", "old x!");
		});
	}

	static class OneMirror {

		private final Journal journal;

		OneMirror(Journal journal) {
			this.journal = journal;
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "save", mirror = "#value + '!'")
		void oldSave(String value) {
			this.journal.add("old " + value);
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "save")
		void newSave(String renamed) {
			this.journal.add("new " + renamed);
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aMirrorThatFailsIsASecondaryWriteThatFails(MigrationStage stage) {
		Wiring.at(stage, FailingExpressions.class).run((context) -> {
			assertThat(context.getBean(FailingExpressions.class).oldSave("x")).isEqualTo(stage.authority().key());
			assertThat(context.getBean(Journal.class).take()).containsExactly(stage.authority().key());
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.find("migration.calls").tags("outcome", "error", "authoritative", "false").timers())
				.hasSize(stage.writesBoth() ? 1 : 0);
			assertThat(meters.find("migration.calls").tags("outcome", "error", "authoritative", "true").timers())
				.isEmpty();
		});
	}

	static class FailingExpressions {

		private final Journal journal;

		FailingExpressions(Journal journal) {
			this.journal = journal;
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "save",
				mirror = "#result.noSuchProperty")
		String oldSave(String value) {
			return this.journal.add("old");
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "save")
		String newSave(String value) {
			return this.journal.add("new");
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "find", key = "#id.noSuchProperty")
		String oldFind(String id) {
			return this.journal.add("old");
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "find")
		String newFind(String id) {
			return this.journal.add("new");
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "list",
				context = "#customer.noSuchProperty")
		String oldList(String customer) {
			return this.journal.add("old");
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "list")
		String newList(String customer) {
			return this.journal.add("new");
		}

	}

	private static ApplicationContextRunner withListener(ApplicationContextRunner runner, List<Mismatch> mismatches) {
		return runner.withBean(MismatchListener.class, () -> mismatches::add);
	}

	@Test
	void aKeyThatFailsIsAsIfAbsentAndCounted() {
		List<Mismatch> mismatches = new CopyOnWriteArrayList<>();
		withListener(Wiring.at(MigrationStage.SHADOW, FailingExpressions.class), mismatches).run((context) -> {
			assertThat(context.getBean(FailingExpressions.class).newFind("x")).isEqualTo("old");
			await().until(() -> !mismatches.isEmpty());
			assertThat(mismatches.get(0).keyDigest()).isNull();
			assertThat(errors(context, "key")).isEqualTo(1);
		});
	}

	@Test
	void aKeyIsToldAsADigestOnly() {
		List<Mismatch> mismatches = new CopyOnWriteArrayList<>();
		withListener(Wiring.at(MigrationStage.SHADOW, Keyed.class), mismatches).run((context) -> {
			context.getBean(Keyed.class).newFind("alice");
			await().until(() -> !mismatches.isEmpty());
			assertThat(mismatches.get(0).keyDigest()).isNotBlank().doesNotContain("alice");
			assertThat(mismatches.get(0).operation()).isEqualTo("find");
			assertThat(errors(context, "key")).isZero();
		});
	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, names = { "SHADOW", "LIVE" })
	void aReadThatMeetsAWriteOfItsKeyIsNoMismatch(MigrationStage stage) {
		List<Mismatch> mismatches = new CopyOnWriteArrayList<>();
		withListener(Wiring.at(stage, Written.class), mismatches)
			.withPropertyValues("migration.flags.a-flag.read.execution=serial")
			.run((context) -> {
				Written bean = context.getBean(Written.class);
				for (Order written : List.of(new Order(7L, "known"), new Order(null, "generated"))) {
					bean.during(() -> bean.oldSave(written));
					bean.newFind(7);
				}
				assertThat(skipped(context, "pending_repair")).isEqualTo(2);
				bean.during(() -> bean.oldSave(new Order(8L, "another")));
				bean.newFind(7);
				await().until(() -> !mismatches.isEmpty());
				assertThat(skipped(context, "pending_repair")).isEqualTo(2);
				assertThat(mismatches).hasSize(1);
				assertThat(errors(context, "key")).isZero();
			});
	}

	private static double skipped(AssertableApplicationContext context, String reason) {
		return context.getBean(MeterRegistry.class)
			.find("migration.skipped")
			.tags("reason", reason)
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
	}

	static class Written {

		private volatile Runnable meanwhile = () -> {
		};

		void during(Runnable meanwhile) {
			this.meanwhile = meanwhile;
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "find", key = "#id")
		String oldFind(int id) {
			return "old";
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "find")
		String newFind(int id) {
			this.meanwhile.run();
			return "new";
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "save",
				key = "#order.id ?: #result.id", mirror = "#result")
		Order oldSave(Order order) {
			return (order.id() != null) ? order : new Order(7L, order.text());
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "save", mirror = "#result")
		Order newSave(Order order) {
			return (order.id() != null) ? order : new Order(7L, order.text());
		}

	}

	static class Keyed {

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "find", key = "#name")
		String oldFind(String name) {
			return "old";
		}

		@MigrationRead(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "find")
		String newFind(String id) {
			return "new";
		}

	}

	@ParameterizedTest
	@EnumSource(value = MigrationStage.class, mode = Mode.EXCLUDE, names = "COMPLETE")
	void aContextThatFailsIsAnonymousAndCounted(MigrationStage stage) {
		Wiring.at(stage, FailingExpressions.class)
			.withPropertyValues("migration.flags.a-flag.rollout.complete=100",
					"migration.flags.a-flag.context=customer")
			.run((context) -> {
				assertThat(context.getBean(FailingExpressions.class).oldList("x")).isEqualTo(stage.authority().key());
				assertThat(context.getBean(FailingExpressions.class).newList("x")).isEqualTo(stage.authority().key());
				assertThat(errors(context, "context")).isEqualTo(2);
			});
	}

	@Test
	void expressionsFindTypesOfTheApplicationAndNestedData() {
		Wiring.at(MigrationStage.DUAL_WRITE, Nested.class).run((context) -> {
			context.getBean(Nested.class).oldSave(new Order(3L, "x"));
			assertThat(context.getBean(Journal.class).take()).containsExactly("old Order[id=3, text=x]",
					"new Order[id=4, text=copy of x]");
		});
	}

	static class Nested {

		private final Journal journal;

		Nested(Journal journal) {
			this.journal = journal;
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.OLD, operation = "save", key = "#order.id",
				mirror = "T(dev.migrationflags.boot.wiring.Copies).copy(#order)")
		void oldSave(Order order) {
			this.journal.add("old " + order);
		}

		@MigrationWrite(flag = Wiring.FLAG, origin = MigrationOrigin.NEW, operation = "save")
		void newSave(Order order) {
			this.journal.add("new " + order);
		}

	}

}
