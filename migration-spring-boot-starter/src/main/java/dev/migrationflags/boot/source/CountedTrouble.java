package dev.migrationflags.boot.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.metrics.WarnOnce;
import dev.migrationflags.flags.SourceTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and remembers what sources do wrong, and warns of it once a minute per flag and
 * source.
 */
final class CountedTrouble implements SourceTrouble {

	private static final Logger logger = LoggerFactory.getLogger(CountedTrouble.class);

	private final Map<Place, WarnOnce> warnings = new ConcurrentHashMap<>();

	private final Supplier<EngineMeters> meters;

	private final SourceErrors errors;

	CountedTrouble(Supplier<EngineMeters> meters, SourceErrors errors) {
		this.meters = meters;
		this.errors = errors;
	}

	@Override
	public void failed(String flag, String source, String message, Throwable cause) {
		this.meters.get().flagError(flag, source);
		this.errors.failed(flag, source, message);
		this.warnings.computeIfAbsent(new Place(flag, source), (any) -> new WarnOnce(logger)).warn(message, cause);
	}

	private record Place(String flag, String source) {
	}

}
