package dev.migrationflags.flags;

import java.util.EnumMap;
import java.util.Map;

import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * Percent of contexts per stage, as cumulative bounds of buckets. The most advanced stage
 * takes the lowest buckets, so that raising a percentage never moves a context back.
 */
final class Rollout {

	/**
	 * How far a sum of percentages may be off through binary fractions.
	 */
	static final double ROUNDING = 1e-9;

	private final MigrationStage[] stages;

	private final float[] bounds;

	Rollout(Map<MigrationStage, Double> percentages) {
		Map<MigrationStage, Double> ordered = new EnumMap<>(MigrationStage.class);
		ordered.putAll(percentages);
		this.stages = new MigrationStage[ordered.size()];
		this.bounds = new float[ordered.size()];
		int index = ordered.size();
		for (MigrationStage stage : ordered.keySet()) {
			this.stages[--index] = stage;
		}
		double sum = 0;
		for (int i = 0; i < this.stages.length; i++) {
			sum += ordered.getOrDefault(this.stages[i], 0.0);
			// the highest bucket is 1, which no share of less than everybody may include
			this.bounds[i] = (sum >= 100 - ROUNDING) ? Float.POSITIVE_INFINITY : (float) (sum / 100);
		}
	}

	boolean isEmpty() {
		return this.stages.length == 0;
	}

	/**
	 * The stage of a bucket.
	 * @param bucket from 0 to 1
	 * @return the stage, or {@code null} for the rest
	 */
	@Nullable MigrationStage stage(float bucket) {
		for (int i = 0; i < this.bounds.length; i++) {
			if (bucket < this.bounds[i]) {
				return this.stages[i];
			}
		}
		return null;
	}

}
