package dev.migrationflags.flags;

/**
 * A write that the current thread has entered.
 */
final class TestWrite extends InFlight.Ticket {

	private final InFlight inFlight;

	TestWrite(InFlight inFlight) {
		super(inFlight);
		this.inFlight = inFlight;
	}

	@Override
	protected InFlight inFlight() {
		return this.inFlight;
	}

}
