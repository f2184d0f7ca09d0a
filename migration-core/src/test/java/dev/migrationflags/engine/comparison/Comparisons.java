package dev.migrationflags.engine.comparison;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import dev.migrationflags.MigrationFlag;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons for tests.
 */
final class Comparisons {

	private Comparisons() {
	}

	static MigrationFlag.Comparison rules(Consumer<MigrationFlag.Builder> customizer) {
		MigrationFlag.Builder builder = MigrationFlag.named("test");
		customizer.accept(builder);
		return builder.build().settings().comparison();
	}

	static ValueComparison with(Consumer<MigrationFlag.Builder> customizer, Comparators.Entry... comparators) {
		return new ValueComparison(rules(customizer), Comparators.of(List.of(comparators)), false);
	}

	static ValueComparison withValues(Consumer<MigrationFlag.Builder> customizer) {
		return new ValueComparison(rules(customizer), ComparatorLookup.NONE, true);
	}

	static ValueComparison plain() {
		return with((flag) -> {
		});
	}

	/**
	 * Compares live values, and then with either or both captured: the verdict must be
	 * the same.
	 */
	static Verdict compare(ValueComparison comparison, @Nullable Object oldValue, @Nullable Object newValue) {
		Verdict live = comparison.compare(oldValue, newValue);
		for (Verdict other : Arrays.asList(comparison.compare(comparison.capture(oldValue), newValue),
				comparison.compare(oldValue, comparison.capture(newValue)),
				comparison.compare(comparison.capture(oldValue), comparison.capture(newValue)))) {
			Assertions.assertThat(other.result()).isEqualTo(live.result());
			Assertions.assertThat(other.differences()).isEqualTo(live.differences());
		}
		return live;
	}

	static void assertMatch(ValueComparison comparison, @Nullable Object oldValue, @Nullable Object newValue) {
		Verdict verdict = compare(comparison, oldValue, newValue);
		Assertions.assertThat(verdict.differences()).isEmpty();
		Assertions.assertThat(verdict.result()).isEqualTo(Verdict.Result.MATCH);
	}

	static void assertDiffers(ValueComparison comparison, @Nullable Object oldValue, @Nullable Object newValue,
			Difference... differences) {
		Verdict verdict = compare(comparison, oldValue, newValue);
		Assertions.assertThat(verdict.differences()).containsExactly(differences);
		Assertions.assertThat(verdict.result()).isEqualTo(Verdict.Result.MISMATCH);
	}

	static Difference at(String path, Kind kind) {
		return new Difference(path, kind, null, null);
	}

}
