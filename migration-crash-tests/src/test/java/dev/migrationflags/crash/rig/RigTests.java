package dev.migrationflags.crash.rig;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The faults are the ones that they claim to be.
 */
class RigTests {

	private static Server server;

	private static Rig rig;

	@BeforeAll
	static void start() throws SQLException {
		rig = new Rig();
		server = rig.newSide();
		server.create("rig");
		execute("create table numbers (id bigint, content bigint)");
	}

	@AfterAll
	static void stop() {
		rig.close();
	}

	@Test
	void whatWasCommittedOutlivesTheKillOfAServer() throws SQLException {
		execute("insert into numbers values (1, 10)");
		server.kill();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute("select 1"));
		server.restart();
		assertThat(server.read("rig", "numbers")).contains(Map.entry(1L, 10L));
	}

	@Test
	void aCutBeforeTheCommitLosesIt() {
		server.proxy().cut(100, 0);
		try {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute("insert into numbers values (2, 20)"));
		}
		finally {
			server.proxy().cut(0, 0);
		}
		assertThat(server.read("rig", "numbers")).doesNotContainKey(2L);
	}

	@Test
	void aCutAfterTheCommitKeepsItFromTheClient() {
		server.proxy().cut(0, 100);
		try {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute("insert into numbers values (3, 30)"));
		}
		finally {
			server.proxy().cut(0, 0);
		}
		assertThat(server.read("rig", "numbers")).contains(Map.entry(3L, 30L));
	}

	@Test
	void aFrozenServerDoesNotAnswerAndGoesOnLater() throws SQLException {
		server.freeze();
		try {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute("select 1"));
		}
		finally {
			server.thaw();
		}
		execute("select 1");
	}

	private static void execute(String sql) throws SQLException {
		try (Connection connection = DriverManager
			.getConnection(server.url("rig") + "&sslmode=disable&socketTimeout=1&loginTimeout=2");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
