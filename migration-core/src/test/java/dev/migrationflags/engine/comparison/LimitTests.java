package dev.migrationflags.engine.comparison;

import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.migrationflags.Difference.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.compare;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static dev.migrationflags.engine.comparison.Comparisons.with;
import static org.assertj.core.api.Assertions.assertThat;

class LimitTests {

	static Stream<Arguments> ofElevenNodes() {
		List<Integer> ten = IntStream.range(0, 10).boxed().toList();
		return Stream
			.of(ten, new ArrayList<>(ten), ten.toArray(), new long[10], Set.copyOf(ten),
					ten.stream().collect(Collectors.toMap((i) -> i, (i) -> i)), new byte[10 * 1024])
			.map((value) -> Arguments.of((Object) value));
	}

	@ParameterizedTest
	@MethodSource("ofElevenNodes")
	void moreThanMaxNodesIsOversizedWhicheverSideHasThem(Object value) {
		assertMatch(with((flag) -> flag.comparisonMaxNodes(11)), value, value);
		ValueComparison tight = with((flag) -> flag.comparisonMaxNodes(10));
		assertThat(compare(tight, value, value)).isSameAs(Verdict.OVERSIZED);
		Object empty = (value instanceof Map<?, ?>) ? Map.of() : (value instanceof Set<?>) ? Set.of()
				: (value instanceof List<?>) ? List.of() : (value instanceof byte[]) ? new byte[0] : new int[0];
		assertThat(compare(tight, value, empty)).isSameAs(Verdict.OVERSIZED);
		assertThat(compare(tight, empty, value)).isSameAs(Verdict.OVERSIZED);
	}

	@Test
	void deepStructuresAreOversizedAndDoNotOverflowTheStack() {
		assertMatch(plain(), chain(200), chain(200));
		assertThat(compare(plain(), chain(5_000), chain(5_000))).isSameAs(Verdict.OVERSIZED);
		assertThat(compare(with((flag) -> flag.comparisonMaxNodes(Integer.MAX_VALUE)), chain(100_000), chain(100_000)))
			.isSameAs(Verdict.OVERSIZED);
	}

	@Test
	void aHolderOfItselfIsOversized() {
		AtomicReference<Object> reference = new AtomicReference<>();
		reference.set(reference);
		assertThat(compare(plain(), reference, reference)).isSameAs(Verdict.OVERSIZED);
		assertThat(compare(with((flag) -> flag.comparisonMaxNodes(Integer.MAX_VALUE)), reference, reference))
			.isSameAs(Verdict.OVERSIZED);
	}

	@Test
	void cyclesEnd() {
		assertMatch(plain(), ring("a", "b"), ring("a", "b"));
		assertMatch(plain(), ring("a"), ring("a", "a"));
		assertDiffers(plain(), ring("a", "b"), ring("a", "c"), at("next.name", Kind.VALUE));
		assertDiffers(plain(), ring("a", "b"), chain("a", "b"), at("next.next", Kind.NULL));
	}

	@Test
	void collectionsThatContainThemselvesEnd() {
		List<Object> oldList = new ArrayList<>(List.of(1));
		oldList.add(oldList);
		List<Object> newList = new ArrayList<>(List.of(1));
		newList.add(newList);
		assertMatch(plain(), oldList, newList);
		Map<String, Object> oldMap = new HashMap<>(Map.of("a", 1));
		oldMap.put("self", oldMap);
		Map<String, Object> newMap = new HashMap<>(Map.of("a", 2));
		newMap.put("self", newMap);
		assertDiffers(plain(), oldMap, newMap, at("[key]", Kind.VALUE));
	}

	@Test
	void parentsAndChildrenThatKnowEachOtherAreCompared() {
		assertMatch(plain(), parent(1, 2), parent(1, 2));
		assertDiffers(plain(), parent(1, 2), parent(1, 3), at("children[1].id", Kind.VALUE));
		assertDiffers(plain(), parent(1, 2), parent(2, 1), at("children", Kind.ORDER));
	}

	@Test
	void aHundredDifferencesAreListed() {
		List<Integer> oldList = IntStream.range(0, 500).boxed().toList();
		List<Integer> newList = IntStream.range(1, 501).boxed().toList();
		Verdict verdict = compare(plain(), oldList, newList);
		assertThat(verdict.result()).isEqualTo(Verdict.Result.MISMATCH);
		assertThat(verdict.differences()).hasSize(100);
	}

	@Test
	void unorderedWorkIsBounded() {
		ValueComparison comparison = with((flag) -> flag.comparisonUnordered("**"));
		List<Integer> oldList = IntStream.range(0, 1_000).boxed().toList();
		List<Integer> newList = IntStream.range(1_000, 2_000).boxed().toList();
		assertThat(compare(comparison, oldList, newList)).isSameAs(Verdict.OVERSIZED);
	}

	@Test
	void aCollectionWithoutAnEndIsOversized() {
		Collection<Object> endless = new AbstractCollection<>() {

			@Override
			public Iterator<Object> iterator() {
				return Stream.<Object>generate(() -> 1).iterator();
			}

			@Override
			public int size() {
				return 1;
			}

		};
		assertThat(compare(plain(), endless, endless)).isSameAs(Verdict.OVERSIZED);
		assertThat(compare(plain(), Collections.nCopies(Integer.MAX_VALUE, 1), List.of())).isSameAs(Verdict.OVERSIZED);
	}

	@Test
	void aValueThatCannotBeReadGivesNoVerdict() {
		for (Throwable failure : List.of(new IllegalStateException("secret"), new AssertionError("secret"))) {
			List<Object> list = new AbstractList<>() {

				@Override
				public Object get(int index) {
					throw LimitTests.<RuntimeException>sneaky(failure);
				}

				@Override
				public int size() {
					return 1;
				}

			};
			Verdict verdict = compare(plain(), list, List.of(1));
			assertThat(verdict.result()).isEqualTo(Verdict.Result.COMPARATOR_ERROR);
			assertThat(verdict.failure()).isSameAs(failure);
			assertThat(compare(plain(), List.of(1), list).result()).isEqualTo(Verdict.Result.COMPARATOR_ERROR);
		}
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> RuntimeException sneaky(Throwable failure) throws T {
		throw (T) failure;
	}

	private static Node chain(int length) {
		return chain(Collections.nCopies(length, "a").toArray(String[]::new));
	}

	private static Node chain(String... names) {
		Node first = new Node(names[0]);
		Node last = first;
		for (int i = 1; i < names.length; i++) {
			last.next = new Node(names[i]);
			last = last.next;
		}
		return first;
	}

	private static Node ring(String... names) {
		Node first = chain(names);
		Node last = first;
		while (last.next != null) {
			last = last.next;
		}
		last.next = first;
		return first;
	}

	private static Parent parent(int... ids) {
		Parent parent = new Parent();
		for (int id : ids) {
			parent.children.add(new Child(parent, id));
		}
		return parent;
	}

	static class Node {

		final String name;

		@Nullable Node next;

		Node(String name) {
			this.name = name;
		}

	}

	static class Parent {

		final List<Child> children = new ArrayList<>();

	}

	static class Child {

		final Parent parent;

		final int id;

		Child(Parent parent, int id) {
			this.parent = parent;
			this.id = id;
		}

	}

}
