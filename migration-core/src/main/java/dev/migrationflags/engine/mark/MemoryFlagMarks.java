package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The marks of one flag. Guarded by its own monitor, which its users hold.
 */
final class MemoryFlagMarks {

	/**
	 * Deadlines of operations whose keys are not known, by the number of the operation.
	 */
	final Map<Long, Long> provisional = new HashMap<>();

	private final Map<String, Mark> marks = new LinkedHashMap<>();

	boolean isEmpty() {
		return this.marks.isEmpty() && this.provisional.isEmpty();
	}

	boolean isMarked(String key) {
		return this.marks.containsKey(key);
	}

	void begin(List<String> keys, long id, long born, long now, long deadline) {
		for (String key : keys) {
			mark(key, id, born, now).writers.put(id, deadline);
		}
	}

	/**
	 * Ends an operation on a key.
	 * @return whether it was still registered
	 */
	boolean finish(String key, long id, boolean creates, boolean ok, boolean started, long now) {
		Mark mark = this.marks.get(key);
		if (mark == null || mark.writers.remove(id) == null) {
			if (started) {
				mark(key, id, 0, now);
			}
			return false;
		}
		if (ok && mark.id == id) {
			if (creates && mark.born == id) {
				this.marks.remove(key);
			}
			else if (mark.parked) {
				mark.free();
			}
		}
		return true;
	}

	List<Claim> claim(String flag, int limit, long id, long now, long deadline) {
		List<Claim> claims = new ArrayList<>();
		for (Map.Entry<String, Mark> entry : this.marks.entrySet()) {
			if (claims.size() >= limit) {
				break;
			}
			Mark mark = entry.getValue();
			if (!mark.parked && mark.retryAt <= now) {
				claim(flag, entry.getKey(), mark, id, now, deadline, claims);
			}
		}
		return claims;
	}

	List<Claim> markAndClaim(String flag, List<String> keys, long id, long now, long deadline) {
		List<Claim> claims = new ArrayList<>();
		for (String key : keys) {
			Mark mark = mark(key, id, 0, now);
			claim(flag, key, mark, id, now, deadline, claims);
		}
		return claims;
	}

	private static void claim(String flag, String key, Mark mark, long id, long now, long deadline,
			List<Claim> claims) {
		if (!mark.isLive(now)) {
			mark.writers.clear();
			mark.writers.put(id, deadline);
			mark.id = id;
			claims.add(new Claim(flag, key, id, mark.attempts));
		}
	}

	/**
	 * Ends a claim.
	 * @return whether the key is unmarked
	 */
	boolean repaired(Claim claim, long now) {
		Mark mark = this.marks.get(claim.key());
		if (mark == null || mark.writers.remove(claim.id()) == null) {
			mark(claim.key(), claim.id(), 0, now);
			return false;
		}
		if (mark.id != claim.id()) {
			mark.free();
			return false;
		}
		this.marks.remove(claim.key());
		return true;
	}

	void failed(Claim claim, boolean started, @Nullable Duration retryIn, boolean counted, long now) {
		Mark mark = this.marks.get(claim.key());
		if (mark == null || mark.writers.remove(claim.id()) == null) {
			if (started) {
				mark(claim.key(), claim.id(), 0, now);
			}
			return;
		}
		mark.attempts += counted ? 1 : 0;
		if (mark.id == claim.id()) {
			mark.parked = retryIn == null;
			mark.retryAt = now + ((retryIn != null) ? retryIn.toMillis() : 0);
		}
	}

	MarkCounts counts(long now) {
		long pending = 0;
		long parked = this.provisional.values().stream().filter((deadline) -> deadline <= now).count();
		long oldest = Long.MAX_VALUE;
		for (Mark mark : this.marks.values()) {
			if (mark.parked) {
				parked++;
			}
			else if (!mark.isLive(now)) {
				pending++;
				oldest = Math.min(oldest, mark.since);
			}
		}
		return new MarkCounts(pending, parked, (pending > 0) ? Duration.ofMillis(Math.max(0, now - oldest)) : null);
	}

	int retryParked() {
		int count = 0;
		for (Mark mark : this.marks.values()) {
			if (mark.parked) {
				mark.free();
				count++;
			}
		}
		return count;
	}

	int clear() {
		int count = this.marks.size() + this.provisional.size();
		this.marks.clear();
		this.provisional.clear();
		return count;
	}

	private Mark mark(String key, long id, long born, long now) {
		Mark mark = this.marks.get(key);
		if (mark == null) {
			mark = new Mark(id, born, now);
			this.marks.put(key, mark);
		}
		mark.id = id;
		return mark;
	}

	private static final class Mark {

		/**
		 * Who came last.
		 */
		private long id;

		/**
		 * Who has set the mark, or 0 if nobody may take it away because of that.
		 */
		private final long born;

		private final long since;

		private int attempts;

		private long retryAt;

		private boolean parked;

		/**
		 * The deadlines of those who may still write, by their numbers.
		 */
		private final Map<Long, Long> writers = new HashMap<>(4);

		private Mark(long id, long born, long since) {
			this.id = id;
			this.born = born;
			this.since = since;
		}

		private boolean isLive(long now) {
			return this.writers.values().stream().anyMatch((deadline) -> deadline > now);
		}

		private void free() {
			this.parked = false;
			this.attempts = 0;
			this.retryAt = 0;
		}

	}

}
