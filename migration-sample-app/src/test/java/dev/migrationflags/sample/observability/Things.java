package dev.migrationflags.sample.observability;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;

/**
 * One side of a migration that does what it is told: differ, fail, hang.
 */
class Things implements KeyedStore<Long, String> {

	static final String FLAG = "things";

	private final ConcurrentSkipListMap<Long, String> rows = new ConcurrentSkipListMap<>();

	private volatile boolean failing;

	private volatile CountDownLatch hanging = new CountDownLatch(0);

	@MigrationRead(key = "#id", context = "#owner.trim()")
	@Nullable String look(long id, @Nullable String owner) {
		behave();
		return this.rows.get(id);
	}

	@MigrationWrite(key = "#id")
	void save(long id, String thing) {
		behave();
		this.rows.put(id, thing);
	}

	private void behave() {
		if (this.failing) {
			throw new IllegalStateException("as it was told");
		}
		try {
			this.hanging.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	void fail(boolean failing) {
		this.failing = failing;
	}

	void hang(boolean hanging) {
		this.hanging.countDown();
		this.hanging = new CountDownLatch(hanging ? 1 : 0);
	}

	@Override
	public Optional<String> find(Long key) {
		return Optional.ofNullable(this.rows.get(key));
	}

	@Override
	public void put(Long key, String thing) {
		this.rows.put(key, thing);
	}

	@Override
	public void remove(Long key) {
		this.rows.remove(key);
	}

	@Override
	public List<Long> keysAfter(@Nullable Long last, int limit) {
		return this.rows.tailMap((last != null) ? last : Long.MIN_VALUE, last == null)
			.keySet()
			.stream()
			.limit(limit)
			.toList();
	}

	/**
	 * The old side.
	 */
	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldThings extends Things {

	}

	/**
	 * The new side.
	 */
	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewThings extends Things {

	}

}
