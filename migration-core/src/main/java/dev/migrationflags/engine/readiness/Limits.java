package dev.migrationflags.engine.readiness;

import java.util.List;
import java.util.Locale;

import dev.migrationflags.MigrationFlag.Guardrail;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.CallWindow;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * Whether the new side of an operation has left the limits of a guardrail.
 *
 * @param guardrail the limits
 * @param strictness 1, or less where a side that has left them once has to be well within
 */
record Limits(Guardrail guardrail, double strictness) {

	/**
	 * What the limits say of the last calls of a flag.
	 */
	Verdict judge(EngineMeters meters, Flag flag, MigrationStage stage) {
		List<Sides> judged = Sides.of(meters, flag.key(), stage, this.guardrail.window())
			.stream()
			// only reads can do without a second side
			.filter((sides) -> stage.authority() == sides.newSide().origin() || "read".equals(sides.newSide().type()))
			.filter((sides) -> sides.newSide().count() >= this.guardrail.calls()
					&& sides.newSide().span().compareTo(this.guardrail.window()) >= 0)
			.toList();
		for (Sides sides : judged) {
			String breach = breach(sides);
			if (breach != null) {
				return new Verdict(true, breach);
			}
		}
		return new Verdict(!judged.isEmpty(), null);
	}

	private @Nullable String breach(Sides sides) {
		CallWindow newSide = sides.newSide();
		CallWindow oldSide = sides.oldSide();
		boolean comparable = sides.comparable(this.guardrail.calls());
		double excess = comparable ? sides.excess() : newSide.errorRate();
		if (excess > this.guardrail.errors() * this.strictness) {
			return "%s: %s of %d calls of the new side failed%s; %s%s is tolerated"
				.formatted(sides.operation(), Share.percent(newSide.errorRate()), newSide.count(),
						comparable ? ", %s of %d of the old one".formatted(Share.percent(oldSide.errorRate()),
								oldSide.count()) : "",
						Share.percent(this.guardrail.errors()), comparable ? " more" : "");
		}
		double p99 = newSide.p99();
		if (this.guardrail.p99() != null && p99 * 1e9 > this.guardrail.p99().toNanos() * this.strictness) {
			return "%s: 99 %% of calls within %s on the new side, %s is tolerated".formatted(sides.operation(),
					Sides.time(p99), Sides.time(this.guardrail.p99().toNanos() / 1e9));
		}
		Double latency = this.guardrail.latency();
		if (latency != null && comparable && sides.slowdown() > 1 + (latency - 1) * this.strictness) {
			return String.format(Locale.ROOT,
					"%s: 99 %% of calls within %s on the new side, %s on the old one: %.2f times, %.2f tolerated",
					sides.operation(), Sides.time(p99), Sides.time(oldSide.p99()), sides.slowdown(), latency);
		}
		return null;
	}

	/**
	 * What the limits say.
	 *
	 * @param known whether there were enough calls, for long enough, to say anything
	 * @param breach what has left its limit, or {@code null} if nothing has
	 */
	record Verdict(boolean known, @Nullable String breach) {
	}

}
