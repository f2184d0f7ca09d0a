package dev.migrationflags.boot.actuator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.actuator.ShopServer.Answer;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A whole backfill over HTTP: two databases, whose rows are counted at the end.
 */
class EndpointSyncTests {

	private static final int ROWS = 1200;

	private static final String ACCOUNTS = "/migrations/accounts";

	@Test
	void backfillAndVerificationAreStartedAndFollowedOverHttp() {
		try (ShopServer server = ShopServer.start(WebApplicationType.SERVLET,
				List.of(ShopServer.Shop.class, ShopServer.NoSecurity.class, Accounts.class),
				"--management.endpoints.web.exposure.include=migrations",
				"--management.endpoint.migrations.access=unrestricted", "--migration.flags.accounts.stage=off",
				"--migration.flags.accounts.write.timeout=400ms", "--migration.flags.accounts.write.deadline=500ms",
				"--migration.sync.rate=5000")) {
			OldAccounts before = server.bean(OldAccounts.class);
			NewAccounts after = server.bean(NewAccounts.class);
			for (long id = 1; id <= ROWS; id++) {
				before.save(id, "account " + id);
			}
			assertThat(after.all()).isEmpty();
			Answer early = server.post(ACCOUNTS + "/backfill");
			assertThat(early.status()).as("at off nothing keeps a copy up to date").isEqualTo(409);

			move(server, "dualwrite");
			move(server, "shadow");
			assertThat(check(server).get("ok").asBoolean(true)).isFalse();
			run(server, "backfill");
			assertThat(sync(server).get("done").asLong()).isEqualTo(ROWS);
			assertThat(sync(server).get("total").asLong()).isEqualTo(ROWS);
			assertThat(sync(server).get("differences").asLong()).isEqualTo(ROWS);
			assertThat(after.all()).hasSize(ROWS).isEqualTo(before.all());
			assertThat(check(server).get("ok").asBoolean(false)).isTrue();

			after.put(7L, "something else");
			run(server, "verification");
			assertThat(sync(server).get("differences").asLong()).isOne();
			assertThat(check(server).get("ok").asBoolean(true)).isFalse();
			assertThat(after.find(7L)).as("it only looks").contains("something else");

			run(server, "backfill");
			run(server, "verification");
			assertThat(sync(server).get("differences").asLong()).isZero();
			assertThat(after.all()).isEqualTo(before.all());
		}
	}

	private static void move(ShopServer server, String stage) {
		Answer moved = server.post(ACCOUNTS, "{\"stage\": \"%s\", \"reason\": \"test\"}".formatted(stage));
		assertThat(moved.status()).as(moved.body()).isEqualTo(200);
	}

	private static void run(ShopServer server, String task) {
		Answer started = server.post(ACCOUNTS + "/" + task);
		assertThat(started.status()).as(started.body()).isEqualTo(202);
		assertThat(started.json().at("/sync/kind").asString()).isEqualTo(task);
		await().atMost(Duration.ofSeconds(60)).until(() -> sync(server).get("state").asString().equals("done"));
		assertThat(sync(server).get("kind").asString()).isEqualTo(task);
	}

	private static JsonNode sync(ShopServer server) {
		return server.get(ACCOUNTS).json().get("sync");
	}

	private static JsonNode check(ShopServer server) {
		return server.get(ACCOUNTS)
			.json()
			.at("/readiness/checks")
			.valueStream()
			.filter((check) -> check.get("name").asString().equals("sync"))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Accounts {

		@Bean
		OldAccounts oldAccounts() {
			return new OldAccounts();
		}

		@Bean
		NewAccounts newAccounts() {
			return new NewAccounts();
		}

	}

	/**
	 * A table of a database of its own.
	 */
	static class Table implements KeyedStore<Long, String> {

		private final JdbcClient jdbc;

		Table(String database) {
			JdbcDataSource dataSource = new JdbcDataSource();
			dataSource.setURL("jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(database));
			this.jdbc = JdbcClient.create(dataSource);
			this.jdbc.sql("drop table if exists account").update();
			this.jdbc.sql("create table account (id bigint primary key, name varchar(100) not null)").update();
		}

		@MigrationWrite(key = "#id")
		public void save(long id, String name) {
			put(id, name);
		}

		@Override
		public Optional<String> find(Long key) {
			return this.jdbc.sql("select name from account where id = ?").param(key).query(String.class).optional();
		}

		@Override
		public void put(Long key, String value) {
			this.jdbc.sql("merge into account key (id) values (?, ?)").param(key).param(value).update();
		}

		@Override
		public void remove(Long key) {
			this.jdbc.sql("delete from account where id = ?").param(key).update();
		}

		@Override
		public List<Long> keysAfter(@Nullable Long last, int limit) {
			return this.jdbc.sql("select id from account where id > ? order by id limit ?")
				.param((last != null) ? last : Long.MIN_VALUE)
				.param(limit)
				.query(Long.class)
				.list();
		}

		public List<String> all() {
			return this.jdbc.sql("select id || ' ' || name from account order by id").query(String.class).list();
		}

	}

	@Migration(flag = "accounts", origin = MigrationOrigin.OLD)
	static class OldAccounts extends Table {

		OldAccounts() {
			super("accounts-of-old");
		}

	}

	@Migration(flag = "accounts", origin = MigrationOrigin.NEW)
	static class NewAccounts extends Table {

		NewAccounts() {
			super("accounts-of-new");
		}

	}

}
