package dev.migrationflags.sample.rehearsal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import dev.migrationflags.Difference;
import dev.migrationflags.Mismatch;
import dev.migrationflags.MismatchListener;

import org.springframework.stereotype.Component;

/**
 * Counts mismatches by flag, operation and path.
 */
@Component
class MismatchLog implements MismatchListener {

	private static final int MAX_PLACES = 500;

	/** What a verification finds is reported under this name; it is no call. */
	private static final String VERIFICATION = "verification";

	private final LongAdder mismatches = new LongAdder();

	private final Map<Place, LongAdder> places = new ConcurrentHashMap<>();

	@Override
	public void onMismatch(Mismatch mismatch) {
		for (Difference difference : mismatch.differences()) {
			Place place = new Place(mismatch.flag(), mismatch.operation(), difference.path(), difference.kind());
			if (this.places.size() < MAX_PLACES || this.places.containsKey(place)) {
				this.places.computeIfAbsent(place, (key) -> new LongAdder()).increment();
			}
		}
		if (!mismatch.operation().equals(VERIFICATION)) {
			this.mismatches.increment();
		}
	}

	/**
	 * How many calls there were whose sides did not agree.
	 * @return how many
	 */
	long mismatches() {
		return this.mismatches.sum();
	}

	/**
	 * Where there were mismatches.
	 * @return the places, by flag, operation and path, with how often
	 */
	List<Count> counts() {
		return this.places.entrySet()
			.stream()
			.map((entry) -> new Count(entry.getKey(), entry.getValue().sum()))
			.sorted()
			.toList();
	}

	record Place(String flag, String operation, String path, Difference.Kind kind) {

		@Override
		public String toString() {
			return "%s  %s  %s  %s".formatted(this.flag, this.operation, this.path.isEmpty() ? "(result)" : this.path,
					this.kind);
		}

	}

	record Count(Place place, long times) implements Comparable<Count> {

		@Override
		public int compareTo(Count other) {
			return this.place.toString().compareTo(other.place.toString());
		}

	}

}
