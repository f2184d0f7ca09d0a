package dev.migrationflags.boot.wiring;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What an implementation calls is not routed, if it is the same operation, and is, if it
 * is another.
 */
class InsideTests {

	private static final String OTHER = "other-flag";

	private static ApplicationContextRunner application(MigrationStage stage, MigrationStage other) {
		return Wiring.at(stage, OldCatalog.class, NewCatalog.class, OldStock.class, NewStock.class)
			.withPropertyValues(Wiring.flag(OTHER, other));
	}

	@Test
	void aNewSideThatFallsBackToTheOldOneDoesNotRecurse() {
		application(MigrationStage.COMPLETE, MigrationStage.OFF).run((context) -> {
			assertThat(context.getBean(OldCatalog.class).find("fallback")).isEqualTo("old fallback");
			assertThat(context.getBean(Journal.class).take()).containsExactly("new.find fallback", "old.find fallback");
		});
	}

	@Test
	void anOldSideMayCallTheNewOne() {
		application(MigrationStage.OFF, MigrationStage.OFF).run((context) -> {
			assertThat(context.getBean(NewCatalog.class).find("ahead")).isEqualTo("new ahead");
			assertThat(context.getBean(Journal.class).take()).containsExactly("old.find ahead", "new.find ahead");
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aSideThatFallsBackIsOneCallInEveryStage(MigrationStage stage) {
		application(stage, MigrationStage.OFF).run((context) -> {
			assertThat(context.getBean(NewCatalog.class).find("fallback")).isEqualTo("old fallback");
			List<String> journal = context.getBean(Journal.class).take();
			long expected = (stage.authority() == MigrationOrigin.NEW || stage.readsBoth()) ? 1 : 0;
			assertThat(journal.stream().filter("new.find fallback"::equals).count()).isEqualTo(expected);
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void anotherOperationIsRoutedFromInside(MigrationStage other) {
		application(MigrationStage.OFF, other).run((context) -> {
			assertThat(context.getBean(OldCatalog.class).find("stock"))
				.isEqualTo("old stock " + other.authority().key());
			assertThat(context.getBean(NewCatalog.class).find("stock"))
				.isEqualTo("old stock " + other.authority().key());
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void theSameOperationTwoLevelsDownIsNotRoutedEither(MigrationStage stage) {
		application(stage, MigrationStage.COMPLETE).run((context) -> {
			// catalog -> stock, by the new side -> catalog, of which the old bean is
			// called
			context.getBean(OldCatalog.class).find("nested");
			List<String> journal = context.getBean(Journal.class).take();
			int sides = stage.readsBoth() ? 2 : 1;
			assertThat(journal.stream().filter("new.count nested"::equals).count()).isEqualTo(sides);
			assertThat(journal.stream().filter("old.find back"::equals).count()).isEqualTo(sides);
			assertThat(journal).doesNotContain("new.find back");
		});
	}

	@Test
	void onAnotherThreadTheSameOperationIsRouted() {
		application(MigrationStage.COMPLETE, MigrationStage.OFF).run((context) -> {
			assertThat(context.getBean(OldCatalog.class).find("elsewhere")).isEqualTo("new x");
			assertThat(context.getBean(Journal.class).take()).containsExactly("new.find elsewhere", "new.find x");
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void afterAnExceptionTheThreadIsClean(MigrationStage stage) {
		application(stage, MigrationStage.OFF).run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(OldCatalog.class).find("fail"))
				.withMessage(stage.authority().key());
			context.getBean(Journal.class).take();
			assertThat(context.getBean(OldCatalog.class).find("x")).isEqualTo(stage.authority().key() + " x");
			assertThat(context.getBean(Journal.class).take()).hasSize(stage.readsBoth() ? 2 : 1);
		});
	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class OldCatalog {

		private final Journal journal;

		private final NewCatalog other;

		private final OldStock stock;

		OldCatalog(Journal journal, @Lazy NewCatalog other, @Lazy OldStock stock) {
			this.journal = journal;
			this.other = other;
			this.stock = stock;
		}

		@MigrationRead
		String find(String id) {
			this.journal.add("old.find " + id);
			return switch (id) {
				case "ahead" -> this.other.find(id);
				case "stock", "nested" -> "old stock " + this.stock.count(id);
				case "fail" -> throw new IllegalStateException("old");
				default -> "old " + id;
			};
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	static class NewCatalog {

		private final Journal journal;

		private final OldCatalog other;

		private final OldStock stock;

		NewCatalog(Journal journal, @Lazy OldCatalog other, @Lazy OldStock stock) {
			this.journal = journal;
			this.other = other;
			this.stock = stock;
		}

		@MigrationRead
		String find(String id) {
			this.journal.add("new.find " + id);
			return switch (id) {
				case "fallback" -> this.other.find(id);
				case "nested" -> "new stock " + this.stock.count(id);
				case "elsewhere" -> CompletableFuture.supplyAsync(() -> this.other.find("x")).join();
				case "fail" -> throw new IllegalStateException("new");
				default -> "new " + id;
			};
		}

	}

	@Migration(flag = OTHER, origin = MigrationOrigin.OLD)
	static class OldStock {

		private final Journal journal;

		OldStock(Journal journal) {
			this.journal = journal;
		}

		@MigrationRead
		String count(String id) {
			this.journal.add("old.count " + id);
			return "old";
		}

	}

	@Migration(flag = OTHER, origin = MigrationOrigin.NEW)
	static class NewStock {

		private final Journal journal;

		private final OldCatalog catalog;

		NewStock(Journal journal, @Lazy OldCatalog catalog) {
			this.journal = journal;
			this.catalog = catalog;
		}

		@MigrationRead
		String count(String id) {
			this.journal.add("new.count " + id);
			if (id.equals("nested")) {
				this.catalog.find("back");
			}
			return "new";
		}

	}

}
