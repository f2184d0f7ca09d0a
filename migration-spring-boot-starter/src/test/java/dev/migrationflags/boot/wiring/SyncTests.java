package dev.migrationflags.boot.wiring;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.MigrationSync;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.StageMoves;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

import static dev.migrationflags.boot.wiring.Wiring.FLAG;
import static dev.migrationflags.boot.wiring.Wiring.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Backfill and verification in an application.
 */
class SyncTests {

	@Test
	void aBackfillCopiesAndMakesTheFlagReady() {
		at(MigrationStage.SHADOW, OldRows.class, NewRows.class).run((context) -> {
			MigrationSync sync = context.getBean("migrationSync", MigrationSync.class);
			context.getBean(OldRows.class).rows().putAll(Map.of(1L, "a", 2L, "b"));
			assertThat(check(context).ok()).isFalse();
			assertThat(check(context).blocks()).isFalse();
			sync.backfill(FLAG);
			Awaitility.await().until(() -> sync.status(FLAG).state() == State.DONE);
			assertThat(sync.status(FLAG).differences()).isEqualTo(2);
			assertThat(context.getBean(NewRows.class).rows()).isEqualTo(Map.of(1L, "a", 2L, "b"));
			assertThat(check(context).ok()).isTrue();
			sync.verify(FLAG);
			Awaitility.await().until(() -> sync.status(FLAG).state() == State.DONE);
			assertThat(sync.status(FLAG).differences()).isZero();
			assertThat(check(context).ok()).isTrue();
			assertThat(check(context).detail()).startsWith("verification done");
		});
	}

	@Test
	void aVerificationThatFindsDifferencesIsNotGood() {
		at(MigrationStage.SHADOW, OldRows.class, NewRows.class).run((context) -> {
			MigrationSync sync = context.getBean(MigrationSync.class);
			context.getBean(OldRows.class).rows().put(1L, "a");
			sync.verify(FLAG);
			Awaitility.await().until(() -> sync.status(FLAG).state() == State.DONE);
			assertThat(check(context).ok()).isFalse();
			assertThat(context.getBean(NewRows.class).rows()).isEmpty();
		});
	}

	@Test
	void aFlagWithoutStoresHasNone() {
		at(MigrationStage.SHADOW).run((context) -> {
			MigrationSync sync = context.getBean(MigrationSync.class);
			assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> sync.backfill(FLAG))
				.withMessageContaining("no keyed stores");
			assertThat(sync.status(FLAG)).isEqualTo(SyncStatus.IDLE);
			assertThat(context.getBean(StageMoves.class).readiness(FLAG).checks()).extracting(Readiness.Check::name)
				.doesNotContain("sync");
		});
	}

	private static Readiness.Check check(AssertableApplicationContext context) {
		return context.getBean(StageMoves.class)
			.readiness(FLAG)
			.checks()
			.stream()
			.filter((check) -> check.name().equals("sync"))
			.findFirst()
			.orElseThrow();
	}

	static class Rows implements KeyedStore<Long, String> {

		private final ConcurrentSkipListMap<Long, String> rows = new ConcurrentSkipListMap<>();

		public Map<Long, String> rows() {
			return this.rows;
		}

		@MigrationWrite(key = "#id")
		public void save(long id, String value) {
			this.rows.put(id, value);
		}

		@Override
		public Optional<String> find(Long key) {
			return Optional.ofNullable(this.rows.get(key));
		}

		@Override
		public void put(Long key, String value) {
			this.rows.put(key, value);
		}

		@Override
		public void remove(Long key) {
			this.rows.remove(key);
		}

		@Override
		public List<Long> keysAfter(@Nullable Long last, int limit) {
			return ((last != null) ? this.rows.tailMap(last, false) : this.rows).keySet()
				.stream()
				.limit(limit)
				.toList();
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldRows extends Rows {

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewRows extends Rows {

	}

}
