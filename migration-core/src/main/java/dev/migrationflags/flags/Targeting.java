package dev.migrationflags.flags;

import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.Cohort;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * The cohorts and the rollout of a flag, prepared for calls: the first cohort that
 * matches decides, else the rollout of the flag.
 */
final class Targeting {

	private final String kind;

	private final Bucket bucket;

	private final Group[] cohorts;

	private final Rollout rollout;

	private final boolean empty;

	Targeting(MigrationFlag definition) {
		this.kind = definition.context().kind();
		this.bucket = new Bucket(definition.key(), definition.salt());
		this.cohorts = definition.cohorts().stream().map(Group::of).toArray(Group[]::new);
		this.rollout = new Rollout(definition.rollout());
		this.empty = definition.cohorts().isEmpty() && definition.rollout().isEmpty();
	}

	boolean isEmpty() {
		return this.empty;
	}

	/**
	 * The stage of a context.
	 * @param context whom the call is for
	 * @return the stage, or {@code null} for the base stage
	 */
	@Nullable MigrationStage stage(MigrationContext context) {
		boolean ownKind = this.kind.equals(context.kind());
		for (Group cohort : this.cohorts) {
			if (cohort.matches(context, ownKind)) {
				return (cohort.stage() != null) ? cohort.stage() : roll(cohort.rollout(), context, ownKind);
			}
		}
		return roll(this.rollout, context, ownKind);
	}

	private @Nullable MigrationStage roll(Rollout rollout, MigrationContext context, boolean ownKind) {
		String key = context.key();
		if (key == null || !ownKind || rollout.isEmpty()) {
			return null;
		}
		return rollout.stage(this.bucket.of(key));
	}

	/**
	 * A cohort, prepared for calls.
	 */
	private record Group(List<AttributeMatch> match, @Nullable MigrationStage stage, Rollout rollout) {

		static Group of(Cohort cohort) {
			List<AttributeMatch> match = cohort.match()
				.entrySet()
				.stream()
				.map((Map.Entry<String, List<Object>> entry) -> new AttributeMatch(entry.getKey(), entry.getValue()))
				.toList();
			return new Group(match, cohort.stage(), new Rollout(cohort.rollout()));
		}

		boolean matches(MigrationContext context, boolean ownKind) {
			for (int i = 0; i < this.match.size(); i++) {
				if (!this.match.get(i).matches(context, ownKind)) {
					return false;
				}
			}
			return true;
		}

	}

}
