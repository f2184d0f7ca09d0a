package dev.migrationflags.sample.observability;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.migrationflags.sample.observability.PromQl.Condition;
import dev.migrationflags.sample.observability.PromQl.Grouping;
import dev.migrationflags.sample.observability.PromQl.Metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PromQlTests {

	@Test
	void functionsKeywordsNumbersAndVariablesAreNoMetrics() {
		PromQl query = PromQl.parse("""
				histogram_quantile(0.99, rate(calls_bucket{le="0.5"}[$__rate_interval])) > bool 1e3 # a comment
				and on (job) up offset 5m unless absent(down) or 0 * vector(1)""");
		assertThat(query.metrics()).extracting(Metric::name).containsExactly("calls_bucket", "up", "down");
	}

	@Test
	void conditionsBelongToTheirMetric() {
		PromQl query = PromQl.parse("a{x=\"1\", y=~\"b|c\"} / a_total{z!=\"$z\"} - migration:b:rate5m{}");
		assertThat(query.metrics()).containsExactly(
				new Metric("a", List.of(new Condition("x", "=", "1"), new Condition("y", "=~", "b|c"))),
				new Metric("a_total", List.of(new Condition("z", "!=", "$z"))),
				new Metric("migration:b:rate5m", List.of()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sum by (x, y) (rate(a[5m]))", "sum(rate(a[5m])) by (x, y)",
			"sum without (x, y) (rate(a[5m]))", "a * on (x, y) a" })
	void labelsOfAListBelongToWhatIsGrouped(String query) {
		assertThat(PromQl.parse(query).groupings()).singleElement()
			.satisfies((grouping) -> assertThat(grouping.labels()).containsExactly("x", "y"))
			.satisfies((grouping) -> assertThat(grouping.metrics()).extracting(Metric::name).containsOnly("a"));
	}

	@Test
	void ofTwoSumsEachHasItsOwnMetrics() {
		assertThat(PromQl.parse("max(sum by (x) (a or b)) / sum by (y) (c) > d").groupings()).containsExactly(
				new Grouping(Set.of("x"), List.of(new Metric("a", List.of()), new Metric("b", List.of()))),
				new Grouping(Set.of("y"), List.of(new Metric("c", List.of()))));
	}

	@Test
	void onlyValuesThatAreSpeltOutAreValues() {
		assertThat(new Condition("x", "=~", "old_error|eu-1").values()).containsExactly("old_error", "eu-1");
		assertThat(new Condition("x", "!=", "store").values()).containsExactly("store");
		assertThat(new Condition("x", "=~", "$flag").values()).isEmpty();
		assertThat(new Condition("x", "=~", "5..").values()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{job=\"a\"}", "a ? b", "a{x=", "sum by (x" })
	void whatIsNotUnderstoodIsRefused(String query) {
		assertThatIllegalArgumentException().isThrownBy(() -> PromQl.parse(query));
	}

}
