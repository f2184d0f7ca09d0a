package dev.migrationflags.engine.comparison;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The differences that a comparison has found so far. While muted, only the answer
 * counts, and nothing is noted.
 */
final class Findings {

	private final Trail trail;

	private final boolean includeValues;

	private final List<Difference> differences = new ArrayList<>(0);

	private int muted;

	Findings(Trail trail, boolean includeValues) {
		this.trail = trail;
		this.includeValues = includeValues;
	}

	List<Difference> differences() {
		return this.differences;
	}

	void mute() {
		this.muted++;
	}

	void unmute() {
		this.muted--;
	}

	boolean isMuted() {
		return this.muted > 0;
	}

	/**
	 * Notes a difference where the trail is.
	 * @return {@code false}: the values do not match
	 */
	boolean differ(Kind kind, @Nullable Object oldValue, @Nullable Object newValue) {
		if (!isMuted() && this.differences.size() < Verdict.MAX_DIFFERENCES) {
			this.differences
				.add(new Difference(this.trail.path(), kind, this.includeValues ? Leaves.reported(oldValue) : null,
						this.includeValues ? Leaves.reported(newValue) : null));
		}
		return false;
	}

	/**
	 * A place in the list, to {@link #forget} what comes after it.
	 */
	int mark() {
		return this.differences.size();
	}

	void forget(int mark) {
		this.differences.subList(mark, this.differences.size()).clear();
	}

}
