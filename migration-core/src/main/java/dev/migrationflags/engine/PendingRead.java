package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.Follower.End;
import dev.migrationflags.engine.Follower.Flight;

/**
 * One dual read that gives one value, later.
 */
final class PendingRead {

	private final AsyncReads reads;

	private final SecondaryRead secondary;

	private final Follower follower;

	private final MigrationOrigin authority;

	private final End caller;

	private volatile boolean over;

	private volatile @Nullable Flight flight;

	/**
	 * Creates a read.
	 * @param caller gets what the authoritative side gave, as it is, once
	 */
	PendingRead(AsyncReads reads, SecondaryRead secondary, Follower follower, MigrationStage stage, End caller) {
		this.reads = reads;
		this.secondary = secondary;
		this.follower = follower;
		this.authority = stage.authority();
		this.caller = caller;
	}

	/**
	 * Begins with whichever side is first.
	 * @param side the authoritative side
	 * @throws Throwable what its method threw, if it was called now
	 */
	void start(SideCall side) throws Throwable {
		switch (this.secondary.order()) {
			case AUTHORITY_FIRST -> callAuthority(side);
			case TOGETHER -> {
				this.secondary.start();
				callAuthority(side);
			}
			case SECONDARY_FIRST -> {
				SideCall carried = this.reads.secondaries().carry(side);
				this.secondary.ended().thenRun(() -> callAuthorityLater(carried));
				this.secondary.start();
			}
		}
	}

	private void callAuthorityLater(SideCall side) {
		if (this.over) {
			return;
		}
		try {
			callAuthority(side);
		}
		catch (Throwable ex) {
			this.caller.ended(Attempt.threw(this.authority, ex));
		}
	}

	private void callAuthority(SideCall side) throws Throwable {
		long start = System.nanoTime();
		try {
			this.flight = this.follower.follow(this.authority, side.run(), (attempt) -> ended(attempt, start));
		}
		catch (Throwable ex) {
			keep(Attempt.threw(this.authority, ex), start);
			throw ex;
		}
		if (this.over) {
			cancelFlight();
		}
	}

	private void ended(Attempt attempt, long start) {
		keep(attempt, start);
		if (this.reads.awaited()) {
			this.secondary.over().whenComplete((nothing, never) -> tell(attempt));
		}
		else {
			tell(attempt);
		}
	}

	/**
	 * Fixes what is compared before the caller gets it.
	 */
	private void keep(Attempt attempt, long start) {
		try {
			if (attempt.cancelled()) {
				this.secondary.cancel();
				return;
			}
			long nanos = System.nanoTime() - start;
			Attempt plain = attempt.unwrapped();
			Attempt kept = this.secondary.compared() ? this.reads.outcomes().check().capture(plain)
					: new Attempt(plain.side(), null, plain.error());
			this.secondary.authorityEnded(kept, nanos);
		}
		catch (Throwable ex) {
			this.reads.outcomes().failed(ex);
			this.secondary.cancel();
		}
	}

	private void tell(Attempt attempt) {
		this.over = true;
		this.caller.ended(attempt);
	}

	/**
	 * The caller has its result or does not want it any more: then neither side is wanted
	 * either.
	 */
	void callerGone() {
		if (!this.over) {
			this.over = true;
			this.secondary.cancel();
			cancelFlight();
		}
	}

	private void cancelFlight() {
		Flight flight = this.flight;
		if (flight != null) {
			flight.cancel();
		}
	}

}
