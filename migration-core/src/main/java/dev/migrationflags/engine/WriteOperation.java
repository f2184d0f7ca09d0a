package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.metrics.OperationMeters;
import dev.migrationflags.engine.metrics.SkipReason;
import dev.migrationflags.engine.metrics.WarnOnce;

/**
 * A write: the authoritative side first, then, from dualwrite to rampdown, the other. If
 * the authoritative side throws, the other is not touched.
 */
final class WriteOperation extends Operation {

	private static final Logger logger = LoggerFactory.getLogger(WriteOperation.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final SecondaryGate gate;

	WriteOperation(OperationSpec spec, Stages stages, OperationMeters meters, SecondaryGate gate) {
		super(spec, stages, meters);
		this.gate = gate;
	}

	@Override
	@Nullable Object execute(Call call, MigrationStage stage) throws Throwable {
		Object value = authoritative(call, stage);
		if (stage.writesBoth()) {
			try {
				secondary(call, stage, value);
			}
			catch (Throwable ex) {
				this.trouble.warn("A secondary write could not be evaluated", ex);
			}
		}
		return value;
	}

	private void secondary(Call call, MigrationStage stage, @Nullable Object value) {
		MigrationOrigin side = stage.authority().other();
		Breaker breaker = this.gate.of(side);
		if (!breaker.allows()) {
			meters().skipped(SkipReason.OPEN);
			spec().flag().secondaryWriteFailed();
			return;
		}
		long start = System.nanoTime();
		Attempt attempt = Isolated.attempt(side, call.mirror(side, value));
		attempt.record(meters(), stage, System.nanoTime() - start);
		if (attempt.error() != null) {
			breaker.failed();
			spec().flag().secondaryWriteFailed();
			this.trouble
				.warn("A secondary write of flag '%s', operation '%s' failed: the %s side lacks what the caller wrote"
					.formatted(spec().flag().key(), spec().name(), side.key()), attempt.error());
		}
		else {
			breaker.succeeded();
		}
	}

}
