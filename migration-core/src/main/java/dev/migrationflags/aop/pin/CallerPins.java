package dev.migrationflags.aop.pin;

import java.util.List;

import dev.migrationflags.engine.PinScope;
import dev.migrationflags.engine.Pins;
import org.jspecify.annotations.Nullable;

/**
 * The pins of the calling thread: those that came with its context from another thread,
 * else those of its request, else those of its transaction.
 */
public final class CallerPins implements PinScope {

	private final ThreadLocal<@Nullable Pins> carried = new ThreadLocal<>();

	private final PinScope[] scopes;

	/**
	 * Whether any thread has ever been given pins. One that has sees that it has without
	 * further ado.
	 */
	private boolean carries;

	/**
	 * Creates a scope out of others.
	 * @param scopes the others, in the order in which they are asked
	 */
	public CallerPins(List<PinScope> scopes) {
		this.scopes = scopes.toArray(PinScope[]::new);
	}

	@Override
	public @Nullable Pins current() {
		Pins carried = carried();
		return (carried != null) ? carried : own();
	}

	private @Nullable Pins carried() {
		return this.carries ? this.carried.get() : null;
	}

	private @Nullable Pins own() {
		for (PinScope scope : this.scopes) {
			Pins pins = scope.current();
			if (pins != null) {
				return pins;
			}
		}
		return null;
	}

	/**
	 * What another thread that works for the same request gets.
	 * @return the pins of this thread, or {@code null} if there are none
	 */
	public @Nullable Carried capture() {
		Pins carried = carried();
		if (carried != null) {
			return new Carried(carried, true);
		}
		Pins own = own();
		return (own != null) ? new Carried(own, false) : null;
	}

	/**
	 * Gives this thread the pins of another one.
	 * @param pins what was captured there, or {@code null} to take them away
	 */
	public void carry(@Nullable Carried pins) {
		if (pins != null) {
			this.carries = true;
			this.carried.set(pins.pins());
		}
		else {
			this.carried.remove();
		}
	}

	/**
	 * Puts this thread back as it was. Pins that were its own are not carried: they would
	 * stay when its request ends.
	 * @param before what was captured on this thread before it was given others
	 */
	public void restore(Carried before) {
		carry(before.fromElsewhere() ? before : null);
	}

	/**
	 * Pins on their way to another thread.
	 *
	 * @param pins the pins
	 * @param fromElsewhere whether they had come from another thread
	 */
	public record Carried(Pins pins, boolean fromElsewhere) {
	}

}
