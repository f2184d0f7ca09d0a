package dev.migrationflags.boot.transaction;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.migrationflags.MigrationOrigin;

/**
 * What the sides have done, and what they shall do besides.
 */
final class Journal {

	final List<String> entries = new CopyOnWriteArrayList<>();

	final Map<MigrationOrigin, Action> onWrite = new ConcurrentHashMap<>();

	void write(MigrationOrigin side, String id) {
		this.entries.add(side + ".save " + id);
		try {
			this.onWrite.getOrDefault(side, () -> {
			}).run();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void read(MigrationOrigin side, String id) {
		this.entries.add(side + ".exists " + id);
	}

	interface Action {

		void run() throws InterruptedException;

	}

}
