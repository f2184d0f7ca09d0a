package dev.migrationflags.flags;

/**
 * A write that ends when the test says so.
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
