package dev.migrationflags.flags;

/**
 * A write that the current thread has entered, and that a test ends.
 */
final class TestTicket extends InFlight.Ticket {

	private final InFlight inFlight;

	TestTicket(InFlight inFlight) {
		super(inFlight);
		this.inFlight = inFlight;
	}

	@Override
	protected InFlight inFlight() {
		return this.inFlight;
	}

}
