package dev.migrationflags.engine.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.comparison.Verdict;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mismatch.MismatchReporter;
import dev.migrationflags.engine.sync.Halt.HaltedException;
import dev.migrationflags.flags.Flag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the two sides of each key. Two equal values are equal, whoever writes the key
 * meanwhile. Two that differ say something only if nobody did: the key has to be unmarked
 * before and after both reads, and that several times in a row, as a whole write may fit
 * in between. Keys that are marked on each look are put off to the end.
 */
final class Verification implements Work {

	/**
	 * The name under which differences are reported, where reads have their operation.
	 */
	static final String OPERATION = "verification";

	private static final Logger logger = LoggerFactory.getLogger(Verification.class);

	private static final int LOOKS = 6;

	private static final int CONCLUSIVE = 3;

	private static final long PAUSE_MILLIS = 20;

	private static final int MAX_PUT_OFF = 10_000;

	private static final int MAX_REPORTED = 100;

	private final Flag flag;

	private final KeyedSides sides;

	private final MarkStore marks;

	private final ValueComparison comparison;

	private final MismatchReporter reporter;

	private final Duration patience;

	private final Halt halt;

	private final List<Object> putOff = new ArrayList<>();

	private int reported;

	Verification(Flag flag, KeyedSides sides, MarkStore marks, ValueComparison comparison, MismatchReporter reporter,
			Duration patience, Halt halt) {
		this.flag = flag;
		this.sides = sides;
		this.marks = marks;
		this.comparison = comparison;
		this.reporter = reporter;
		this.patience = patience;
		this.halt = halt;
	}

	@Override
	public Tally page(Page page) throws HaltedException, InterruptedException {
		Tally tally = new Tally();
		int before = this.putOff.size();
		for (Object key : page.keys()) {
			this.halt.check();
			try {
				if (page.orphans() && this.sides.of(page.leading()).find(key).isPresent()) {
					continue;
				}
				Look look = look(key);
				if (look == Look.UNDECIDED && putOff(key)) {
					tally.same();
				}
				else {
					count(look, tally);
				}
			}
			catch (RuntimeException ex) {
				// its message may carry data of users
				logger.debug("A key of flag '{}' could not be compared", this.flag.key(), ex);
				tally.failed(ex, putOff(key));
			}
		}
		if (tally.isHopeless()) {
			// the page will come again
			this.putOff.subList(before, this.putOff.size()).clear();
		}
		return tally;
	}

	private boolean putOff(Object key) {
		return this.putOff.size() < MAX_PUT_OFF && this.putOff.add(key);
	}

	@Override
	public Tally end() throws HaltedException, InterruptedException {
		Tally tally = new Tally();
		long until = System.nanoTime() + this.patience.toNanos();
		while (!this.putOff.isEmpty()) {
			boolean last = until - System.nanoTime() <= 0;
			this.marks.flush(this.flag.key());
			List<Object> left = new ArrayList<>();
			for (Object key : this.putOff) {
				this.halt.check();
				Look look = lookAgain(key);
				if (look == Look.UNDECIDED && !last) {
					left.add(key);
				}
				else {
					count(look, tally);
				}
			}
			this.putOff.clear();
			this.putOff.addAll(left);
			if (!left.isEmpty()) {
				Thread.sleep(10 * PAUSE_MILLIS);
			}
		}
		return tally;
	}

	private Look lookAgain(Object key) throws InterruptedException {
		try {
			return look(key);
		}
		catch (RuntimeException ex) {
			logger.debug("A key of flag '{}' could not be compared", this.flag.key(), ex);
			return Look.UNDECIDED;
		}
	}

	@Override
	public int putOff() {
		return this.putOff.size();
	}

	private static void count(Look look, Tally tally) {
		switch (look) {
			case SAME -> tally.same();
			case DIFFERENT -> tally.different();
			case UNDECIDED, INCOMPARABLE -> tally.undecided();
		}
	}

	private Look look(Object key) throws InterruptedException {
		Verdict verdict = compare(key);
		if (verdict.result() != Verdict.Result.MISMATCH) {
			return of(verdict);
		}
		List<String> text = List.of(this.sides.keys().encode(key));
		int conclusive = 0;
		for (int look = 0; look < LOOKS; look++) {
			boolean before = isMarked(text);
			verdict = compare(key);
			if (verdict.result() != Verdict.Result.MISMATCH) {
				return of(verdict);
			}
			if (before || isMarked(text)) {
				conclusive = 0;
			}
			else if (++conclusive == CONCLUSIVE) {
				report(key, verdict);
				return Look.DIFFERENT;
			}
			Thread.sleep(PAUSE_MILLIS);
		}
		return Look.UNDECIDED;
	}

	private boolean isMarked(List<String> key) {
		return this.marks.isMarked(this.flag.key(), key);
	}

	private Verdict compare(Object key) {
		Optional<Object> oldValue = this.sides.of(MigrationOrigin.OLD).find(key);
		Optional<Object> newValue = this.sides.of(MigrationOrigin.NEW).find(key);
		return this.comparison.compare(oldValue.orElse(null), newValue.orElse(null));
	}

	private static Look of(Verdict verdict) {
		return (verdict.result() == Verdict.Result.MATCH) ? Look.SAME : Look.INCOMPARABLE;
	}

	private void report(Object key, Verdict verdict) {
		if (this.reported++ < MAX_REPORTED) {
			MigrationStage stage = this.flag.stage();
			this.reporter.report(this.flag.key(), OPERATION, stage, key, verdict.differences());
		}
	}

	/**
	 * What was seen of a key.
	 */
	private enum Look {

		SAME, DIFFERENT, UNDECIDED, INCOMPARABLE

	}

}
