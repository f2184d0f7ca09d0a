package dev.migrationflags.engine.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

import dev.migrationflags.KeyedStore;
import org.jspecify.annotations.Nullable;

/**
 * A side in memory that can be made to fail.
 */
final class TestStore implements KeyedStore<Object, Object> {

	final ConcurrentSkipListMap<Long, Object> rows = new ConcurrentSkipListMap<>();

	/** Gets keys before they are written. */
	volatile Consumer<Object> beforeWrite = (key) -> {
	};

	/** Gets keys before they are read, and {@code null} before they are listed. */
	volatile Consumer<@Nullable Object> beforeRead = (key) -> {
	};

	@Override
	public Optional<Object> find(Object key) {
		this.beforeRead.accept(key);
		return Optional.ofNullable(this.rows.get(key));
	}

	@Override
	public void put(Object key, Object value) {
		this.beforeWrite.accept(key);
		this.rows.put((Long) key, value);
	}

	@Override
	public void remove(Object key) {
		this.beforeWrite.accept(key);
		this.rows.remove(key);
	}

	@Override
	public List<Object> keysAfter(@Nullable Object last, int limit) {
		this.beforeRead.accept(null);
		Map<Long, Object> tail = (last != null) ? this.rows.tailMap((Long) last, false) : this.rows;
		return new ArrayList<>(tail.keySet().stream().limit(limit).toList());
	}

}
