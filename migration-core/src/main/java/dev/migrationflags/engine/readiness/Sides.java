package dev.migrationflags.engine.readiness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.CallWindow;
import dev.migrationflags.engine.metrics.EngineMeters;

/**
 * The last calls of one operation at one stage, side by side.
 *
 * @param oldSide the calls of the old side
 * @param newSide the calls of the new side
 */
record Sides(CallWindow oldSide, CallWindow newSide) {

	/**
	 * The operations of a flag, at its stage.
	 */
	static List<Sides> of(EngineMeters meters, String flag, MigrationStage stage, Duration window) {
		Map<String, Sides> sides = new LinkedHashMap<>();
		for (CallWindow calls : meters.calls(flag, window)) {
			if (calls.stage() == stage) {
				sides.merge(calls.type() + " " + calls.operation(), alone(calls), Sides::and);
			}
		}
		return new ArrayList<>(sides.values());
	}

	private static Sides alone(CallWindow calls) {
		CallWindow none = new CallWindow(calls.operation(), calls.type(), calls.stage(), calls.origin().other(),
				calls.span(), 0, 0, Double.NaN, Double.NaN, Double.NaN);
		return (calls.origin() == MigrationOrigin.OLD) ? new Sides(calls, none) : new Sides(none, calls);
	}

	private Sides and(Sides other) {
		return new Sides((this.oldSide.count() > 0) ? this.oldSide : other.oldSide,
				(this.newSide.count() > 0) ? this.newSide : other.newSide);
	}

	/**
	 * The name of the operation.
	 */
	String operation() {
		return this.newSide.operation();
	}

	/**
	 * Whether each side had enough calls to compare them.
	 */
	boolean comparable(long calls) {
		return this.oldSide.count() >= calls && this.newSide.count() >= calls;
	}

	/**
	 * How many times as long the slow calls of the new side take; NaN if a side had none.
	 */
	double slowdown() {
		return this.newSide.p99() / Math.max(this.oldSide.p99(), 1e-9);
	}

	/**
	 * By how much the share of failed calls is greater on the new side; NaN if a side had
	 * none.
	 */
	double excess() {
		return this.newSide.errorRate() - this.oldSide.errorRate();
	}

	/**
	 * A duration, for people.
	 * @param seconds the duration in seconds
	 */
	static String time(double seconds) {
		return (seconds < 0.001) ? "%d µs".formatted(Math.round(seconds * 1e6))
				: "%d ms".formatted(Math.round(seconds * 1e3));
	}

}
