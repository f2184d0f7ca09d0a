package dev.migrationflags.engine.jdbc;

import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.SyncStatus.Kind;
import dev.migrationflags.SyncStatus.State;
import dev.migrationflags.engine.sync.Checkpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept of backfills in real databases.
 */
class JdbcSyncsTest {

	private static final String FLAG = "orders-sync";

	private static final Duration LEASE = Duration.ofMinutes(1);

	private static Checkpoint at(State state, String last, long done) {
		return new Checkpoint(Kind.BACKFILL, state, 3, true, last, done, null, 2, 1, 12.5, Duration.ZERO,
				Duration.ZERO);
	}

	@ParameterizedTest
	@EnumSource
	void oneNodeAtATimeGoesOnWhereTheLastOneWas(TestDatabase kind) throws Exception {
		try (HikariDataSource pool = kind.pool(4)) {
			Database database = Database.open(pool, Duration.ofSeconds(2));
			database.initialize(Initialization.ALWAYS);
			database.transaction((session) -> session.update("delete from migration_sync"));
			JdbcSyncs store = new JdbcSyncs(database);
			assertThat(store.find(List.of(FLAG))).isEmpty();
			assertThat(store.take(FLAG, "a", LEASE)).isNull();
			assertThat(store.start(FLAG, at(State.RUNNING, "k", 0))).isTrue();
			assertThat(store.start(FLAG, at(State.RUNNING, "k", 0))).isFalse();
			assertThat(store.take(FLAG, "a", LEASE)).isNotNull();
			assertThat(store.take(FLAG, "b", LEASE)).isNull();
			assertThat(store.renew(FLAG, "a", LEASE)).isTrue();
			assertThat(store.renew(FLAG, "b", LEASE)).isFalse();
			assertThat(store.keep(FLAG, "b", at(State.RUNNING, "x", 9))).isFalse();
			assertThat(store.keep(FLAG, "a", at(State.RUNNING, "Ä y", 7))).isTrue();
			store.release(FLAG, "a");
			Checkpoint taken = store.take(FLAG, "b", Duration.ZERO);
			assertThat(taken).usingRecursiveComparison()
				.ignoringFields("age", "quiet")
				.isEqualTo(at(State.RUNNING, "Ä y", 7));
			assertThat(store.take(FLAG, "c", LEASE)).isNotNull();
			assertThat(store.change(FLAG, at(State.DONE, "Ä y", 7), State.VOID)).isFalse();
			assertThat(store.change(FLAG, at(State.RUNNING, "Ä y", 7), State.CANCELLED)).isTrue();
			assertThat(store.keep(FLAG, "c", at(State.RUNNING, "z", 8))).isFalse();
			assertThat(store.take(FLAG, "d", LEASE)).isNull();
			assertThat(store.find(List.of(FLAG)).values()).singleElement()
				.satisfies((found) -> assertThat(found.state()).isEqualTo(State.CANCELLED));
			assertThat(store.start(FLAG, Checkpoint.first(Kind.VERIFICATION, 4))).isTrue();
			assertThat(store.find(List.of(FLAG)).values()).singleElement()
				.satisfies((found) -> assertThat(found.last()).isNull());
		}
	}

}
