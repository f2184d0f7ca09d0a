package dev.migrationflags.sample.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Starts the shop, kills it and starts it again.
 */
final class ShopKeeper implements CrashClient.Shops, AutoCloseable {

	private final List<String> properties;

	private final Path errors;

	private final AtomicLong kills = new AtomicLong();

	private @Nullable ShopProcess process;

	private @Nullable ShopApi shop;

	/** Of processes that are gone. */
	private long repaired;

	ShopKeeper(List<String> properties) {
		this.properties = properties;
		try {
			this.errors = Files.createTempFile("migration-sample-", ".log");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts a shop; clients that wait for one go on.
	 */
	void start() {
		ShopProcess started = ShopProcess.start(this.properties, this.errors);
		synchronized (this) {
			this.process = started;
			this.shop = new ShopApi(started.port());
			notifyAll();
		}
	}

	/**
	 * Looks what it has repaired so far.
	 * @return how many keys, by all processes as far as is known
	 */
	long repaired() {
		return this.repaired + current().flag().repaired();
	}

	/**
	 * Kills the shop; clients wait until there is one again.
	 * @param repaired what it has repaired, as of a moment ago
	 */
	void kill(long repaired) {
		ShopProcess victim;
		synchronized (this) {
			victim = this.process;
			this.process = null;
			this.shop = null;
			this.repaired = repaired;
			this.kills.incrementAndGet();
		}
		if (victim != null) {
			victim.kill();
		}
	}

	@Override
	public synchronized ShopApi current() {
		while (this.shop == null) {
			try {
				wait();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new Pace.CancelledException();
			}
		}
		return this.shop;
	}

	@Override
	public long kills() {
		return this.kills.get();
	}

	@Override
	public void close() {
		ShopProcess last;
		synchronized (this) {
			last = this.process;
			this.process = null;
		}
		if (last != null) {
			last.kill();
		}
		try {
			Files.deleteIfExists(this.errors);
		}
		catch (IOException ex) {
			// it is in the temporary directory
		}
	}

}
