package dev.migrationflags.crash.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;

/**
 * A PostgreSQL server that can be killed, stopped and started again, behind a proxy.
 */
final class Server implements AutoCloseable {

	private final Path directory;

	private final Path data;

	private final int port;

	private final Proxy proxy;

	private EmbeddedPostgres postgres;

	Server(Path directory, String name) throws IOException {
		this.directory = directory;
		this.data = directory.resolve(name);
		this.port = freePort();
		this.postgres = start();
		this.proxy = new Proxy(this.port);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private EmbeddedPostgres start() throws IOException {
		return EmbeddedPostgres.builder()
			.setOverrideWorkingDirectory(this.directory.toFile())
			.setDataDirectory(this.data)
			.setCleanDataDirectory(false)
			.setRegisterShutdownHook(false)
			.setPort(this.port)
			// a killed server recovers first, on a machine that is busy
			.setPGStartupWait(Duration.ofSeconds(60))
			// or a kill would lose commits that were acknowledged
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("max_connections", "200")
			.setServerConfig("shared_buffers", "32MB")
			.start();
	}

	Proxy proxy() {
		return this.proxy;
	}

	/**
	 * Makes an empty database.
	 */
	void create(String database) {
		execute("postgres", "create database " + database);
	}

	/**
	 * Executes a statement, past the proxy.
	 */
	void execute(String database, String sql) {
		try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Reads a table of two columns, past the proxy.
	 */
	Map<Long, Long> read(String database, String table) {
		try (Connection connection = connect(database);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select id, content from " + table)) {
			Map<Long, Long> content = new TreeMap<>();
			while (rows.next()) {
				content.put(rows.getLong(1), rows.getLong(2));
			}
			return content;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Connection connect(String database) throws SQLException {
		return DriverManager.getConnection("jdbc:postgresql://localhost:" + this.port + "/" + database
				+ "?user=postgres&sslmode=disable&socketTimeout=10&connectTimeout=5");
	}

	/**
	 * Where clients find a database.
	 */
	String url(String database) {
		return "jdbc:postgresql://localhost:" + this.proxy.port() + "/" + database + "?user=postgres";
	}

	/**
	 * Kills the server with all its processes: a postmaster that dies alone lets the
	 * others finish their statement.
	 */
	void kill() {
		List<ProcessHandle> processes = processes();
		processes.forEach(ProcessHandle::destroyForcibly);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !listens());
	}

	private boolean listens() {
		try (Socket socket = new Socket("localhost", this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	void restart() {
		try {
			// lets go of its lock; there is nothing to stop
			this.postgres.close();
			Files.deleteIfExists(this.data.resolve("postmaster.pid"));
			this.postgres = start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Lets the server hang: connections stay open, and nobody answers.
	 */
	void freeze() {
		signal("-STOP", processes());
	}

	void thaw() {
		List<ProcessHandle> processes = new ArrayList<>(processes());
		Collections.reverse(processes);
		signal("-CONT", processes);
	}

	private static void signal(String signal, List<ProcessHandle> processes) {
		List<String> command = new ArrayList<>(List.of("kill", signal));
		processes.forEach((process) -> command.add(Long.toString(process.pid())));
		try {
			// a process may have ended by itself
			new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<ProcessHandle> processes() {
		try {
			long pid = Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0).trim());
			List<ProcessHandle> processes = new ArrayList<>();
			ProcessHandle.of(pid).ifPresent((postmaster) -> {
				processes.add(postmaster);
				postmaster.descendants().forEach(processes::add);
			});
			return processes;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.proxy.close();
		this.postgres.close();
	}

}
