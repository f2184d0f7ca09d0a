package dev.migrationflags.engine.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationFlag.Settings;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.comparison.Verdict;
import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.KeyCopy;
import dev.migrationflags.engine.mark.KeyCopy.Outcome;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.sync.Halt.HaltedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies each key like a repair: marks it, claims it, and copies what the leading side
 * has then. Keys that somebody may be writing stay marked, and are repaired once nobody
 * does. A copy is spared only where both sides are equal to the last field, whatever the
 * comparison of the flag ignores or tolerates.
 */
final class Backfill implements Work {

	private static final Logger logger = LoggerFactory.getLogger(Backfill.class);

	private final String flag;

	private final KeyedSides sides;

	private final MarkStore marks;

	private final KeyCopy copy;

	private final Duration lifetime;

	private final Duration retryIn;

	private final Halt halt;

	private final ValueComparison exact = new ValueComparison(Settings.DEFAULTS.comparison(), ComparatorLookup.NONE,
			false);

	Backfill(String flag, KeyedSides sides, MarkStore marks, KeyCopy copy, Duration lifetime, Duration retryIn,
			Halt halt) {
		this.flag = flag;
		this.sides = sides;
		this.marks = marks;
		this.copy = copy;
		this.lifetime = lifetime;
		this.retryIn = retryIn;
		this.halt = halt;
	}

	@Override
	public Tally page(Page page) throws HaltedException {
		Tally tally = new Tally();
		List<String> keys = new ArrayList<>();
		for (Object key : page.keys()) {
			try {
				if (!page.orphans() || this.sides.of(page.leading()).find(key).isEmpty()) {
					keys.add(this.sides.keys().encode(key));
				}
			}
			catch (RuntimeException ex) {
				failed(tally, ex);
			}
		}
		while (!keys.isEmpty()) {
			List<String> late = claimAndCopy(keys, tally);
			if (late.size() == keys.size()) {
				late.forEach((key) -> tally.undecided());
				break;
			}
			keys = late;
		}
		return tally;
	}

	/**
	 * Copies the keys that can be claimed.
	 * @return those for which the time of the claim was too short
	 */
	private List<String> claimAndCopy(List<String> keys, Tally tally) throws HaltedException {
		long deadline = System.nanoTime() + this.lifetime.toNanos();
		List<Claim> claims = this.marks.markAndClaim(this.flag, keys, this.lifetime);
		for (int left = keys.size() - claims.size(); left > 0; left--) {
			tally.same();
		}
		List<String> late = new ArrayList<>();
		int next = 0;
		try {
			while (next < claims.size()) {
				this.halt.check();
				Claim claim = claims.get(next++);
				if (copy(claim, deadline, tally) == Outcome.LATE) {
					late.add(claim.key());
				}
			}
		}
		finally {
			claims.subList(next, claims.size()).forEach((claim) -> giveBack(claim, false, Duration.ZERO));
		}
		return late;
	}

	private Outcome copy(Claim claim, long deadline, Tally tally) {
		KeyCopy.Attempt attempt = new KeyCopy.Attempt();
		Outcome outcome;
		try {
			outcome = this.copy.copy(claim.key(), deadline, this::isNeeded, attempt);
		}
		catch (Throwable ex) {
			giveBack(claim, attempt.isStarted(), this.retryIn);
			failed(tally, ex);
			return Outcome.NOT_DUAL;
		}
		switch (outcome) {
			case COPIED -> {
				tally.different();
				repaired(claim);
			}
			case SAME -> {
				tally.same();
				repaired(claim);
			}
			case LATE, NOT_DUAL -> giveBack(claim, false, Duration.ZERO);
		}
		return outcome;
	}

	private boolean isNeeded(Optional<Object> value, Supplier<Optional<Object>> other) {
		Optional<Object> there;
		try {
			there = other.get();
		}
		catch (RuntimeException ex) {
			// what cannot be read may be overwritten all the same
			return true;
		}
		if (value.isEmpty() || there.isEmpty()) {
			return value.isPresent() || there.isPresent();
		}
		return this.exact.compare(value.get(), there.get()).result() != Verdict.Result.MATCH;
	}

	private void repaired(Claim claim) {
		try {
			this.marks.repaired(claim);
		}
		catch (MigrationException ex) {
			logger.debug("A copied key of flag '{}' stays marked for a while", this.flag, ex);
		}
	}

	/**
	 * The key stays marked: repair sees to it.
	 */
	private void giveBack(Claim claim, boolean started, Duration retryIn) {
		try {
			this.marks.failed(claim, started, retryIn, false);
		}
		catch (MigrationException ex) {
			logger.debug("A claimed key of flag '{}' cannot be repaired for a while", this.flag, ex);
		}
	}

	/**
	 * The message of a failure may carry data of users.
	 */
	private void failed(Tally tally, Throwable failure) {
		tally.failed(failure, false);
		logger.debug("A key of flag '{}' could not be copied", this.flag, failure);
	}

	@Override
	public Tally end() {
		return new Tally();
	}

	@Override
	public int putOff() {
		return 0;
	}

}
