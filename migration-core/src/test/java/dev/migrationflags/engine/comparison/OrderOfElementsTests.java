package dev.migrationflags.engine.comparison;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import dev.migrationflags.Difference.Kind;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static dev.migrationflags.engine.comparison.Comparisons.with;

class OrderOfElementsTests {

	private final ValueComparison unordered = with((flag) -> flag.comparisonUnordered("lines"));

	@Test
	void sameElementsInAnotherOrderAreOneDifferenceAtTheList() {
		assertDiffers(plain(), List.of("a", "b", "c"), List.of("c", "a", "b"), at("", Kind.ORDER));
		assertDiffers(plain(), box(1, 2), box(2, 1), at("lines", Kind.ORDER));
		assertDiffers(plain(), new int[] { 1, 2 }, new int[] { 2, 1 }, at("", Kind.ORDER));
		assertDiffers(plain(), new ArrayDeque<>(List.of(1, 2)), new ArrayDeque<>(List.of(2, 1)), at("", Kind.ORDER));
	}

	@Test
	void otherElementsAreNamedByPosition() {
		assertDiffers(plain(), List.of("a", "b"), List.of("b", "c"), at("[0]", Kind.VALUE), at("[1]", Kind.VALUE));
		assertDiffers(plain(), List.of("a", "a", "b"), List.of("b", "b", "a"), at("[0]", Kind.VALUE),
				at("[1]", Kind.VALUE), at("[2]", Kind.VALUE));
	}

	@Test
	void anotherOrderDeepInsideIsNamedThere() {
		assertDiffers(plain(), List.of(List.of(1), List.of(1, 2)), List.of(List.of(1), List.of(2, 1)),
				at("[1]", Kind.ORDER));
	}

	@Test
	void orderIsOnlySaidIfTheRulesLetTheElementsMatch() {
		List<Item> oldItems = List.of(new Item(1, "a"), new Item(2, "b"));
		List<Item> newItems = List.of(new Item(8, "b"), new Item(9, "a"));
		assertDiffers(with((flag) -> flag.comparisonIgnore("[*].id")), oldItems, newItems, at("", Kind.ORDER));
		assertDiffers(plain(), oldItems, newItems, at("[0].id", Kind.VALUE), at("[0].name", Kind.VALUE),
				at("[1].id", Kind.VALUE), at("[1].name", Kind.VALUE));
	}

	@Test
	void unorderedListsMatchInAnyOrder() {
		assertMatch(this.unordered, box(1, 2, 2), box(2, 1, 2));
		assertMatch(this.unordered, box(), box());
	}

	@Test
	void theResultItselfMayBeUnordered() {
		ValueComparison root = with((flag) -> flag.comparisonUnordered(""));
		assertMatch(root, List.of(1, 2), List.of(2, 1));
		assertDiffers(root, List.of(List.of(1, 2)), List.of(List.of(2, 1)), at("[0]", Kind.MISSING),
				at("[0]", Kind.EXTRA));
	}

	@Test
	void unorderedListsAreComparedAsOftenAsElementsOccur() {
		assertDiffers(this.unordered, box(1, 1, 2), box(1, 2, 2), at("lines[1]", Kind.MISSING),
				at("lines[2]", Kind.EXTRA));
		assertDiffers(this.unordered, box(1, 2), box(2), at("lines[0]", Kind.MISSING));
	}

	@Test
	void elementsOfUnorderedListsMatchByTheRules() {
		ValueComparison comparison = with((flag) -> flag.comparisonUnordered("lines")
			.comparisonIgnore("lines[*].id")
			.comparisonTolerance("lines[*].price", 0.1));
		assertMatch(comparison, box(new Priced(1, 1.0), new Priced(2, 2.0)),
				box(new Priced(3, 2.1), new Priced(4, 0.9)));
		assertDiffers(comparison, box(new Priced(1, 1.0), new Priced(2, 2.0)),
				box(new Priced(3, 2.2), new Priced(4, 1.0)), at("lines[1]", Kind.MISSING), at("lines[0]", Kind.EXTRA));
	}

	@Test
	void partnersAreChangedWhenATolerancePermitsSeveral() {
		ValueComparison comparison = with(
				(flag) -> flag.comparisonUnordered("lines").comparisonTolerance("lines[*]", 1));
		assertMatch(comparison, box(2, 1), box(2, 3));
		assertMatch(comparison, box(3, 2, 1), box(2, 3, 4));
		assertDiffers(comparison, box(3, 2, 1), box(2, 3, 5), at("lines[2]", Kind.MISSING), at("lines[2]", Kind.EXTRA));
	}

	@Test
	void setsHaveNoOrder() {
		assertMatch(plain(), new LinkedHashSet<>(List.of(1, 2)), new LinkedHashSet<>(List.of(2, 1)));
		assertMatch(plain(), new TreeSet<>(List.of("a", "b")), Set.of("b", "a"));
		assertMatch(plain(), Set.of(1, 2), Set.of(1L, 2L));
	}

	@Test
	void elementsOfSetsMatchByTheRules() {
		Set<Item> oldItems = Set.of(new Item(1, "a"), new Item(2, "b"));
		Set<Item> newItems = Set.of(new Item(7, "a"), new Item(8, "b"));
		assertMatch(with((flag) -> flag.comparisonIgnore("[*].id")), oldItems, newItems);
		assertDiffers(plain(), oldItems, newItems, at("", Kind.VALUE));
		assertMatch(with((flag) -> flag.comparisonIgnore("lines[*]")), new Box(Set.of(1)), new Box(Set.of(2, 3)));
	}

	@Test
	void setsOfOtherSizesDifferInSize() {
		assertDiffers(plain(), new Box(Set.of(1)), new Box(Set.of(1, 2)), at("lines", Kind.SIZE));
		assertDiffers(plain(), new Box(Set.of(1, 3)), new Box(Set.of(1, 2)), at("lines", Kind.VALUE));
	}

	@Test
	void aSetIsNoList() {
		assertDiffers(plain(), Set.of(1), List.of(1), at("", Kind.TYPE));
	}

	@Test
	void largeSetsAndShuffledListsAreComparedWithinTheLimit() {
		List<Item> items = new ArrayList<>(
				IntStream.range(0, 3_000).mapToObj((i) -> new Item(i, "item " + i)).toList());
		List<Item> shuffled = new ArrayList<>(items);
		Collections.shuffle(shuffled, new Random(7));
		assertDiffers(plain(), items, shuffled, at("", Kind.ORDER));
		assertMatch(with((flag) -> flag.comparisonUnordered("lines")), new Box(items), new Box(shuffled));
		assertMatch(plain(), new HashSet<>(items), new LinkedHashSet<>(shuffled));
	}

	private static Box box(Object... lines) {
		return new Box(List.of(lines));
	}

	record Box(Object lines) {
	}

	record Item(int id, String name) {
	}

	record Priced(int id, double price) {
	}

}
