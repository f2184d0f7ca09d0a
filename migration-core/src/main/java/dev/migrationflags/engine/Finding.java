package dev.migrationflags.engine;

import java.util.List;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import dev.migrationflags.engine.comparison.Verdict;
import dev.migrationflags.engine.metrics.ComparisonResult;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison has found, before it is told to anybody.
 *
 * @param result what came of it, or {@code null} if the values are too large to compare
 * @param differences where and in what way the sides differ
 * @param failure what a comparator threw
 */
record Finding(@Nullable ComparisonResult result, List<Difference> differences, @Nullable Throwable failure) {

	static final Finding MATCH = new Finding(ComparisonResult.MATCH, List.of(), null);

	static final Finding OVERSIZED = new Finding(null, List.of(), null);

	static Finding of(Verdict verdict) {
		return switch (verdict.result()) {
			case MATCH -> MATCH;
			case OVERSIZED -> OVERSIZED;
			case MISMATCH -> new Finding(ComparisonResult.MISMATCH, verdict.differences(), null);
			case COMPARATOR_ERROR -> failed(verdict.failure());
		};
	}

	static Finding failed(@Nullable Throwable failure) {
		return new Finding(ComparisonResult.COMPARATOR_ERROR, List.of(), failure);
	}

	static Finding whole(ComparisonResult result, Kind kind) {
		return new Finding(result, List.of(new Difference("", kind, null, null)), null);
	}

}
