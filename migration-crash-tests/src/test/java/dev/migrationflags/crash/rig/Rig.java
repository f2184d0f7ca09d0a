package dev.migrationflags.crash.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.util.FileSystemUtils;

/**
 * Three servers: the two sides, and one for what migrations keep. Each run has databases
 * of its own on them.
 */
final class Rig implements AutoCloseable {

	private static final String TABLE = "create table %s (id bigint primary key, content bigint not null)";

	private final Path directory;

	private final Server oldSide;

	private final Server newSide;

	private final Server marks;

	private final AtomicInteger runs = new AtomicInteger();

	private final Thread shutdownHook = new Thread(this::stop, "stop-rig");

	Rig() {
		try {
			this.directory = Files.createTempDirectory("migration-crash-");
			this.oldSide = new Server(this.directory, "old");
			this.newSide = new Server(this.directory, "new");
			this.marks = new Server(this.directory, "marks");
			Runtime.getRuntime().addShutdownHook(this.shutdownHook);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Server oldSide() {
		return this.oldSide;
	}

	Server newSide() {
		return this.newSide;
	}

	Server marks() {
		return this.marks;
	}

	/**
	 * Begins a run with empty databases.
	 * @param properties of its nodes, besides those that all nodes have
	 */
	Run run(String... properties) {
		return run(List.of(properties));
	}

	Run run(List<String> properties) {
		String name = "run" + this.runs.incrementAndGet();
		try {
			Path files = Files.createDirectory(this.directory.resolve(name));
			for (Server server : List.of(this.oldSide, this.newSide, this.marks)) {
				server.proxy().cut(0, 0);
				server.create(name);
			}
			// not by the nodes, which start at the same time
			this.oldSide.execute(name, TABLE.formatted("old_register"));
			this.newSide.execute(name, TABLE.formatted("new_register"));
			return new Run(this, name, files, properties);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void stop() {
		for (Server server : List.of(this.oldSide, this.newSide, this.marks)) {
			try {
				server.thaw();
				server.close();
			}
			catch (Exception ex) {
				// the next one has to be stopped all the same
			}
		}
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			// what is left is in the temporary directory
		}
	}

	@Override
	public void close() {
		stop();
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// the process is ending anyway
		}
	}

}
