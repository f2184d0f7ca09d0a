package dev.migrationflags.engine.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.Difference.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static dev.migrationflags.engine.comparison.Comparisons.rules;
import static dev.migrationflags.engine.comparison.Comparisons.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PathRulesTests {

	private static final Doc OLD = doc(1, "x");

	private static final Doc NEW = doc(2, "y");

	private static Doc doc(int id, String etag) {
		return new Doc(etag, List.of(new Part(id, new Meta(id, etag)), new Part(id, new Meta(id, etag))),
				Map.of("EUR", id, "USD", id));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", value = {
			"etag | parts[0].id parts[0].meta.id parts[0].meta.etag parts[1].id parts[1].meta.id parts[1].meta.etag totals[key] totals[key]",
			"**.etag | parts[0].id parts[0].meta.id parts[1].id parts[1].meta.id totals[key] totals[key]",
			"parts | etag totals[key] totals[key]", "parts[*] | etag totals[key] totals[key]",
			"parts[1] | etag parts[0].id parts[0].meta.id parts[0].meta.etag totals[key] totals[key]",
			"parts.**.id | etag parts[0].meta.etag parts[1].meta.etag totals[key] totals[key]",
			"parts[*].*.id | etag parts[0].id parts[0].meta.etag parts[1].id parts[1].meta.etag totals[key] totals[key]",
			"*[*] | etag", "* | none", "** | none", "parts.** | etag totals[key] totals[key]", "**[*] | etag",
			"**[*].meta | etag parts[0].id parts[1].id totals[key] totals[key]",
			"totals[EUR] | etag parts[0].id parts[0].meta.id parts[0].meta.etag parts[1].id parts[1].meta.id parts[1].meta.etag totals[key]",
			"totals[*] | etag parts[0].id parts[0].meta.id parts[0].meta.etag parts[1].id parts[1].meta.id parts[1].meta.etag",
			"totals[CHF] | etag parts[0].id parts[0].meta.id parts[0].meta.etag parts[1].id parts[1].meta.id parts[1].meta.etag totals[key] totals[key]",
			"tota | etag parts[0].id parts[0].meta.id parts[0].meta.etag parts[1].id parts[1].meta.id parts[1].meta.etag totals[key] totals[key]" })
	void ignoredPathsAreNoDifference(String pattern, String expected) {
		Verdict verdict = Comparisons.compare(with((flag) -> flag.comparisonIgnore(pattern)), OLD, NEW);
		String paths = String.join(" ", verdict.differences().stream().map((difference) -> difference.path()).toList());
		assertThat(paths).isEqualTo((expected != null) ? expected : "");
	}

	@Test
	void ignoredElementsMayBeMissing() {
		assertMatch(with((flag) -> flag.comparisonIgnore("[2]")), List.of(1, 2, 3), List.of(1, 2));
		assertMatch(with((flag) -> flag.comparisonIgnore("[a]")), Map.of("a", 1), Map.of());
		assertMatch(with((flag) -> flag.comparisonIgnore("[a]")), Map.of(), Map.of("a", 1));
	}

	@Test
	void theRootListHasPathsOfItsOwn() {
		List<Part> oldParts = OLD.parts();
		List<Part> newParts = NEW.parts();
		assertDiffers(with((flag) -> flag.comparisonIgnore("[*].meta", "[0].id")), oldParts, newParts,
				at("[1].id", Kind.VALUE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "totals[*]", "[totals[*]]", "**", "[**]", "totals.**", "[totals.**]" })
	void toleranceIsUnderstoodWithAndWithoutOuterBrackets(String key) {
		ValueComparison comparison = with(
				(flag) -> flag.comparisonTolerance(key, 1).comparisonIgnore("parts", "**.etag"));
		assertMatch(comparison, OLD, NEW);
	}

	@Test
	void bracketsOfAnElementAreNotOuterBrackets() {
		assertMatch(with((flag) -> flag.comparisonTolerance("[*]", 1)), List.of(1, 2), List.of(2, 3));
		assertMatch(with((flag) -> flag.comparisonTolerance("[[*]]", 1)), List.of(1, 2), List.of(2, 3));
		assertDiffers(with((flag) -> flag.comparisonTolerance("[0]", 1)), List.of(1, 2), List.of(2, 3),
				at("[1]", Kind.VALUE));
		assertMatch(with((flag) -> flag.comparisonTolerance("[[*].id]", 1)), List.of(new Meta(1, "a")),
				List.of(new Meta(2, "a")));
		assertMatch(with((flag) -> flag.comparisonTolerance("[*].id", 1)), List.of(new Meta(1, "a")),
				List.of(new Meta(2, "a")));
		assertDiffers(with((flag) -> flag.comparisonTolerance("[*]", 1)), new Meta(1, "a"), new Meta(2, "a"),
				at("id", Kind.VALUE));
	}

	@Test
	void aBracketedNameIsAPropertyOrAnEntry() {
		ValueComparison comparison = with((flag) -> flag.comparisonTolerance("[id]", 1));
		assertMatch(comparison, new Meta(1, "a"), new Meta(2, "a"));
		assertMatch(comparison, Map.of("id", 1), Map.of("id", 2));
	}

	@Test
	void theLargestOfSeveralTolerancesHolds() {
		ValueComparison comparison = with((flag) -> flag.comparisonTolerance("id", 5).comparisonTolerance("**", 1));
		assertMatch(comparison, new Meta(1, "a"), new Meta(6, "a"));
	}

	@Test
	void keysOfUsersAreHidden() {
		Map<String, Integer> oldTotals = Map.of("alice@example.org", 1);
		assertDiffers(plain(), oldTotals, Map.of("alice@example.org", 2), at("[key]", Kind.VALUE));
		assertDiffers(plain(), oldTotals, Map.of(), at("[key]", Kind.MISSING));
		assertDiffers(plain(), Map.of(4711, "a"), Map.of(4711, "b"), at("[key]", Kind.VALUE));
	}

	@Test
	void enumConstantsAndKeysThatMayBeShownAreShown() {
		assertDiffers(plain(), Map.of(TimeUnit.DAYS, 1), Map.of(TimeUnit.DAYS, 2), at("[DAYS]", Kind.VALUE));
		assertDiffers(with((flag) -> flag.comparisonShowKeys("totals").comparisonIgnore("etag", "parts")), OLD,
				new Doc("y", List.of(), Map.of("EUR", 1, "USD", 2)), at("totals[USD]", Kind.VALUE));
		assertDiffers(with((flag) -> flag.comparisonShowKeys("**")), Map.of(7, "a"), Map.of(7, "b"),
				at("[7]", Kind.VALUE));
	}

	@Test
	void keysOfUserClassesAreNeverShown() {
		Map<Meta, Integer> oldValue = Map.of(new Meta(1, "secret"), 1);
		assertDiffers(with((flag) -> flag.comparisonShowKeys("**")), oldValue, Map.of(new Meta(1, "secret"), 2),
				at("[key]", Kind.VALUE));
	}

	@Test
	void entriesAreInTheOrderOfTheOldMap() {
		Map<String, Integer> oldValue = new LinkedHashMap<>();
		oldValue.put("b", 1);
		oldValue.put("a", 1);
		assertDiffers(with((flag) -> flag.comparisonShowKeys("**")), oldValue, Map.of("c", 1), at("[b]", Kind.MISSING),
				at("[a]", Kind.MISSING), at("[c]", Kind.EXTRA));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { " ", "a.", ".a", "a..b", "a[", "a[]", "a[1]b", "a[1].[2]", "a*", "***", "a[[1]]", "a b", "a]" })
	void pathsThatCannotBeUnderstoodAreRefused(String path) {
		assertThatIllegalArgumentException().isThrownBy(() -> with((flag) -> flag.comparisonIgnore(path)))
			.withMessageStartingWith("comparison.ignore: path '" + path.strip() + "' cannot be understood: ")
			.withMessageContaining("Write it as in");
	}

	@Test
	void everythingThatIsWrongIsSaid() {
		assertThat(ValueComparison.validate(rules((flag) -> flag.comparisonIgnore("a.")
			.comparisonUnordered("b[")
			.comparisonShowKeys("c]")
			.comparisonTolerance("d", -1)
			.comparisonTolerance("e", Double.NaN)
			.comparisonTolerance("[f..g]", 1)
			.comparisonMaxNodes(0)))).hasSize(7)
			.anySatisfy((message) -> assertThat(message).startsWith("comparison.tolerance: -1.0 for 'd'"))
			.anySatisfy((message) -> assertThat(message).startsWith("comparison.max-nodes: 0"));
		assertThat(ValueComparison.validate(rules((flag) -> {
		}))).isEmpty();
	}

	record Doc(String etag, List<Part> parts, Map<String, Integer> totals) {
	}

	record Part(int id, Meta meta) {
	}

	record Meta(int id, String etag) {
	}

}
