package dev.migrationflags.boot.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.migrationflags.boot.source.SourceErrors;
import dev.migrationflags.boot.source.SourceErrors.SourceError;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Hold;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Always up, with where each flag is: an application that answers from the side that has
 * the authority is well, whatever becomes of the other side or of a source of flags.
 */
final class MigrationsHealth implements HealthIndicator {

	private final FlagRegistry flags;

	private final StageOrigins origins;

	private final SourceErrors errors;

	MigrationsHealth(FlagRegistry flags, StageOrigins origins, SourceErrors errors) {
		this.flags = flags;
		this.origins = origins;
		this.errors = errors;
	}

	@Override
	public Health health() {
		Health.Builder health = Health.up();
		this.flags.all().forEach((flag) -> health.withDetail(flag.key(), details(flag)));
		return health.build();
	}

	private Map<String, Object> details(Flag flag) {
		Map<String, Object> details = new LinkedHashMap<>();
		try {
			details.put("stage", flag.stage().key());
			details.put("epoch", flag.epoch());
			details.put("source", this.origins.of(flag));
		}
		catch (RuntimeException ex) {
			details.put("stage", "unknown");
		}
		Hold hold = flag.hold();
		if (hold != null) {
			Map<String, Object> held = new LinkedHashMap<>();
			held.put("stage", hold.stage().key());
			held.put("source", hold.source());
			held.put("reasons", hold.reasons());
			details.put("hold", held);
		}
		SourceError error = this.errors.last(flag.key());
		if (error != null) {
			Map<String, Object> last = new LinkedHashMap<>();
			last.put("source", error.source());
			last.put("time", error.time().toString());
			last.put("message", error.message());
			details.put("lastSourceError", last);
		}
		return details;
	}

}
