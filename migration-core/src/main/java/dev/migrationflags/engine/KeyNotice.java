package dev.migrationflags.engine;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * What one dual write tells about the keys that it touches: from before its authoritative
 * side begins until its second side has ended or is known never to run. Nothing here
 * throws.
 */
final class KeyNotice {

	/**
	 * Of a write without a key.
	 */
	static final KeyNotice NONE = new KeyNotice();

	private final @Nullable RecentWrites writes;

	private final AtomicReference<int @Nullable []> places = new AtomicReference<>();

	private KeyNotice() {
		this.writes = null;
	}

	KeyNotice(RecentWrites writes, Call call) {
		this.writes = writes;
		begin(writes, call.keyBefore());
	}

	private void begin(RecentWrites writes, @Nullable Object key) {
		int[] places = RecentWrites.places(key);
		if (places.length > 0) {
			writes.begun(places);
			this.places.set(places);
		}
	}

	/**
	 * Whether there is a key whose end is still to be told.
	 */
	boolean isOpen() {
		return this.places.get() != null;
	}

	/**
	 * Whether the end of the authoritative side is the time to ask for the key.
	 */
	boolean isKeyUnknown() {
		return this.writes != null && !isOpen();
	}

	/**
	 * The authoritative side has returned.
	 * @param key the key, if it was not known before
	 */
	void returned(@Nullable Object key) {
		if (this.writes != null && !isOpen()) {
			begin(this.writes, key);
		}
	}

	/**
	 * Neither side writes any more, whatever has come of it. Only the first time counts.
	 */
	void over() {
		int[] places = this.places.getAndSet(null);
		if (this.writes != null && places != null) {
			this.writes.ended(places);
		}
	}

}
