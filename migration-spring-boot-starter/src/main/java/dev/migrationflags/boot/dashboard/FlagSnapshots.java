package dev.migrationflags.boot.dashboard;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationFlag.Cohort;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.dashboard.FlagFigures.Window;
import dev.migrationflags.boot.endpoint.MigrationsDesk;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Readiness;
import dev.migrationflags.flags.StageMoves;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows. However many watch, figures are gathered once a second.
 */
final class FlagSnapshots implements Dashboard.Snapshots {

	private static final long FRESH_MILLIS = 900;

	private static final String ALL = "";

	private final Map<String, Taken> taken = new ConcurrentHashMap<>();

	private final FlagRegistry flags;

	private final StageMoves moves;

	private final MigrationsDesk desk;

	private final FlagFigures figures;

	private final PathCounts paths;

	private final Predicate<String> keyed;

	private final Clock clock;

	FlagSnapshots(FlagRegistry flags, StageMoves moves, MigrationsDesk desk, FlagFigures figures, PathCounts paths,
			Predicate<String> keyed, Clock clock) {
		this.flags = flags;
		this.moves = moves;
		this.desk = desk;
		this.figures = figures;
		this.paths = paths;
		this.keyed = keyed;
		this.clock = clock;
	}

	@Override
	public boolean isDurable() {
		return this.moves.isDurable();
	}

	@Override
	public Object of(@Nullable String flag) {
		Map<String, Object> snapshot = new LinkedHashMap<>();
		snapshot.put("flags", recent(ALL, this::glances));
		Flag known = (flag != null) ? this.flags.find(flag) : null;
		if (known != null) {
			snapshot.put("flag", recent(known.key(), () -> detail(known)));
		}
		return snapshot;
	}

	private Object recent(String key, Snapshot snapshot) {
		long now = this.clock.millis();
		return this.taken.compute(key, (any, before) -> (before != null && now - before.time() < FRESH_MILLIS) ? before
				: new Taken(snapshot.take(), now))
			.value();
	}

	private Object glances() {
		Map<String, Object> glances = new LinkedHashMap<>();
		this.flags.all().forEach((flag) -> glances.put(flag.key(), glance(flag, this.figures.windows(flag.key()))));
		return glances;
	}

	private Map<String, Object> glance(Flag flag, List<Window> windows) {
		Map<String, Object> glance = new LinkedHashMap<>(this.desk.overview(flag));
		glance.put("key", flag.key());
		glance.put("description", flag.definition().description());
		Readiness readiness = this.moves.readiness(flag.key());
		glance.put("ready", readiness.ready());
		glance.put("doubts", readiness.checks().stream().filter((check) -> !check.ok() && !check.blocks()).count());
		glance.put("sides", FlagFigures.sides(windows));
		glance.put("consistency", this.figures.verdicts(flag.key()));
		glance.put("repairs", this.desk.repairs(flag));
		return glance;
	}

	private Map<String, Object> detail(Flag flag) {
		List<Window> windows = this.figures.windows(flag.key());
		Map<String, Object> detail = new LinkedHashMap<>(this.desk.report(flag));
		detail.putAll(glance(flag, windows));
		detail.put("time", this.clock.millis());
		detail.put("context", flag.definition().context().kind());
		if (flag.owner() == null) {
			detail.put("cohorts", flag.definition().cohorts().stream().map(FlagSnapshots::cohort).toList());
		}
		detail.put("keyed", this.keyed.test(flag.key()));
		detail.put("windows", windows);
		detail.put("consistency", this.figures.minutes(flag.key()));
		detail.put("paths", this.paths.of(flag.key()));
		detail.put("skipped", this.figures.skipped(flag.key()));
		return detail;
	}

	private static Map<String, Object> cohort(Cohort cohort) {
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("name", cohort.name());
		MigrationStage stage = cohort.stage();
		if (stage != null) {
			json.put("stage", stage.key());
		}
		json.put("rollout",
				cohort.rollout()
					.entrySet()
					.stream()
					.collect(Collectors.toMap((e) -> e.getKey().key(), Map.Entry::getValue)));
		return json;
	}

	private record Taken(Object value, long time) {
	}

	@FunctionalInterface
	private interface Snapshot {

		Object take();

	}

}
