package dev.migrationflags.crash.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Tells what went wrong in a history. Every value is written once, so a value tells its
 * write. A write is known from the moment when it returned normally, or when a read that
 * has seen its value returned. After a write W is known, nobody may see what was known
 * before W was called: that was overwritten. A write that failed without a promise, or
 * never returned, may be there or not, and may turn up at any time until it is known.
 */
public final class Checker {

	private final History history;

	private final List<Violation> violations = new ArrayList<>();

	private Checker(History history) {
		this.history = history;
	}

	/**
	 * Checks a history.
	 * @param history the writes and reads
	 * @param authority what the authority has in the end
	 * @param other what the other side has in the end
	 * @param time when the sides were looked at, after the last write and repair
	 * @return what went wrong
	 */
	public static List<Violation> check(History history, Map<Long, Long> authority, Map<Long, Long> other, long time) {
		return new Checker(history).run(authority, other, time);
	}

	private List<Violation> run(Map<Long, Long> authority, Map<Long, Long> other, long time) {
		TreeSet<Long> keys = new TreeSet<>(this.history.keys());
		keys.addAll(authority.keySet());
		keys.addAll(other.keySet());
		for (long key : keys) {
			Read last = new Read(key, authority.get(key), time, time);
			this.history.reads(key).forEach(this::acknowledge);
			acknowledge(last);
			Known known = new Known(this.history.writes(key));
			this.history.reads(key).forEach((read) -> check(read, known, Violation.Kind.STALE_READ));
			check(last, known, Violation.Kind.LOST);
			if (!Objects.equals(authority.get(key), other.get(key))) {
				report(Violation.Kind.DIFFERENT, key,
						"the authority has " + text(authority.get(key)) + ", the other side " + text(other.get(key)));
			}
		}
		return this.violations;
	}

	private void acknowledge(Read read) {
		Write write = (read.value() != null) ? this.history.write(read.value()) : null;
		if (write != null && write.key() == read.key() && write.called() <= read.returned()) {
			write.acknowledged(read.returned());
		}
	}

	private void check(Read read, Known known, Violation.Kind stale) {
		Write newest = known.newestCalledOf(read.called());
		if (read.value() == null) {
			if (newest != null && this.history.writes(read.key())
				.stream()
				.noneMatch((write) -> write.removal() && write.outcome() != Outcome.REFUSED
						&& write.called() <= read.returned() && write.acknowledged() >= newest.called())) {
				report(stale, read.key(), read + " saw nothing, after " + newest);
			}
			return;
		}
		Write seen = this.history.write(read.value());
		if (seen == null || seen.key() != read.key() || seen.removal() || seen.called() > read.returned()) {
			report(Violation.Kind.INVENTED, read.key(), read + ((seen != null) ? ", but that was " + seen : ""));
			return;
		}
		if (seen.outcome() == Outcome.REFUSED) {
			report(Violation.Kind.NOT_REFUSED, read.key(), read + ", which was refused: " + seen);
		}
		if (newest != null && newest.called() > seen.acknowledged()) {
			report(stale, read.key(), read + " saw " + seen + ", after " + newest);
		}
	}

	private void report(Violation.Kind kind, long key, String text) {
		this.violations.add(new Violation(kind, key, text));
	}

	private static String text(@Nullable Long value) {
		return (value != null) ? value.toString() : "nothing";
	}

	/**
	 * The writes of a key in the order in which they got known.
	 */
	private static final class Known {

		private final long[] times;

		/**
		 * Of the writes up to here, the one that was called last.
		 */
		private final Write[] newest;

		Known(List<Write> writes) {
			Write[] known = writes.stream()
				.filter((write) -> write.acknowledged() != Long.MAX_VALUE)
				.sorted(Comparator.comparingLong(Write::acknowledged))
				.toArray(Write[]::new);
			this.times = Arrays.stream(known).mapToLong(Write::acknowledged).toArray();
			this.newest = known;
			for (int i = 1; i < known.length; i++) {
				if (known[i].called() < known[i - 1].called()) {
					known[i] = known[i - 1];
				}
			}
		}

		@Nullable Write newestCalledOf(long time) {
			int at = Arrays.binarySearch(this.times, time);
			int before = (at >= 0) ? at : -at - 1;
			while (before > 0 && this.times[before - 1] == time) {
				before--;
			}
			return (before > 0) ? this.newest[before - 1] : null;
		}

	}

}
