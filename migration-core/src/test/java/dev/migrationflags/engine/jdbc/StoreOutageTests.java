package dev.migrationflags.engine.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.StageUnknownException;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A server that stops answering, with all its connections open.
 */
class StoreOutageTests {

	@TempDir
	private Path directory;

	@Test
	@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void aServerThatHangsRefusesMovesAndDualWritesAndNothingElse() throws Exception {
		try (EmbeddedPostgres server = EmbeddedPostgres.builder()
			.setOverrideWorkingDirectory(this.directory.toFile())
			.setDataDirectory(this.directory.resolve("data"))
			.start(); HikariDataSource pool = pool(server)) {
			Database database = Database.open(pool, Duration.ofSeconds(1));
			database.initialize(Initialization.ALWAYS);
			FlagRegistry registry = FlagRegistry
				.of(List.of(MigrationFlag.named("orders-db").stage(MigrationStage.SHADOW).build()));
			Flag flag = registry.get("orders-db");
			flag.declareWrites();
			try (JdbcStages stages = new JdbcStages(database, Duration.ofMillis(100), Duration.ofSeconds(1),
					(key, source, message, cause) -> {
					})) {
				stages.start(registry, true);
				StageMoves moves = new StageMoves(registry, (event) -> {
				}, () -> "ada", Clock.systemUTC(), stages, false, List.of(stages.nodesCheck()), List.of());
				signal("STOP");
				try {
					assertThatExceptionOfType(StageChangeRefusedException.class)
						.isThrownBy(() -> moves.advance("orders-db", "flip"))
						.withMessageContaining("out of reach");
					await(() -> assertThatExceptionOfType(StageUnknownException.class).isThrownBy(flag::requireHeard));
					assertThat(flag.stage()).isEqualTo(MigrationStage.SHADOW);
					assertThat(flag.position().gate()).isNull();
				}
				finally {
					signal("CONT");
				}
				await(flag::requireHeard);
				await(() -> assertThat(moves.moveTo("orders-db", MigrationStage.LIVE, "flip").to())
					.isEqualTo(MigrationStage.LIVE));
			}
		}
	}

	private static HikariDataSource pool(EmbeddedPostgres server) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
		config.setMaximumPoolSize(4);
		config.setConnectionTimeout(1000);
		config.addDataSourceProperty("connectTimeout", "1");
		config.addDataSourceProperty("socketTimeout", "3");
		return new HikariDataSource(config);
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().ignoreExceptions().atMost(30, TimeUnit.SECONDS).untilAsserted(assertion);
	}

	/**
	 * To the server and all that it has started.
	 */
	private void signal(String name) throws IOException, InterruptedException {
		long postmaster = Long
			.parseLong(Files.readAllLines(this.directory.resolve("data/postmaster.pid")).get(0).strip());
		ProcessHandle server = ProcessHandle.of(postmaster).orElseThrow();
		signal(server, name);
		// once it is stopped it starts no more of them
		for (ProcessHandle process : server.descendants().toList()) {
			signal(process, name);
		}
	}

	private static void signal(ProcessHandle process, String name) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
	}

}
