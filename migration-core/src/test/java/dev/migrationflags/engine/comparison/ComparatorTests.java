package dev.migrationflags.engine.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.migrationflags.Difference.Kind;
import dev.migrationflags.ResultComparator;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.with;
import static org.assertj.core.api.Assertions.assertThat;

class ComparatorTests {

	private static <T> Comparators.Entry entry(Class<T> type, ResultComparator<? super T> comparator) {
		return new Comparators.Entry(type, comparator);
	}

	private final ValueComparison byCents = with((flag) -> {
	}, entry(Money.class, (oldValue, newValue) -> oldValue.cents() == newValue.cents()));

	@Test
	void aComparatorWinsOverEqualsAndStructure() {
		assertMatch(this.byCents, new Money(1, "a"), new Money(1, "b"));
		assertDiffers(with((flag) -> {
		}, entry(Money.class, (oldValue, newValue) -> false)), new Money(1, "a"), new Money(1, "a"),
				at("", Kind.VALUE));
	}

	@Test
	void aComparatorIsUsedForEverythingInAResult() {
		Money one = new Money(1, "a");
		Money same = new Money(1, "b");
		Money other = new Money(2, "a");
		assertMatch(this.byCents, Optional.of(one), Optional.of(same));
		assertMatch(this.byCents, new Money[] { one }, new Money[] { same });
		assertMatch(this.byCents, List.of(one), List.of(same));
		assertMatch(this.byCents, Set.of(one), Set.of(same));
		assertMatch(this.byCents, Map.of("x", one), Map.of("x", same));
		assertMatch(this.byCents, new Purse(one), new Purse(same));
		assertDiffers(this.byCents, List.of(new Purse(one)), List.of(new Purse(other)), at("[0].money", Kind.VALUE));
	}

	@Test
	void aComparatorNeverGetsNull() {
		assertDiffers(this.byCents, new Money(1, "a"), null, at("", Kind.NULL));
		assertDiffers(this.byCents, Arrays.asList(null, null), Arrays.asList(null, new Money(1, "a")),
				at("[1]", Kind.NULL));
		assertDiffers(this.byCents, Optional.empty(), Optional.of(new Money(1, "a")), at("", Kind.NULL));
	}

	@Test
	void aComparatorGetsOldThenNewAndTheObjectsThemselves() {
		List<Object> seen = new ArrayList<>();
		ValueComparison comparison = with((flag) -> {
		}, entry(Bag.class, (oldValue, newValue) -> {
			seen.add(oldValue);
			seen.add(newValue);
			return true;
		}));
		Bag oldBag = new Bag();
		Bag newBag = new Bag();
		assertMatch(comparison, List.of(oldBag), List.of(newBag));
		assertThat(seen).hasSize(8);
		for (int i = 0; i < seen.size(); i += 2) {
			assertThat(seen.get(i)).isSameAs(oldBag);
			assertThat(seen.get(i + 1)).isSameAs(newBag);
		}
	}

	@Test
	void aThrowingComparatorGivesNoVerdict() {
		for (Throwable failure : List.of(new IllegalStateException("secret"), new AssertionError("secret"),
				new StackOverflowError(), new OutOfMemoryError("secret"))) {
			ValueComparison comparison = with((flag) -> {
			}, entry(Money.class, (oldValue, newValue) -> {
				throw ComparatorTests.<RuntimeException>sneaky(failure);
			}));
			Verdict verdict = Comparisons.compare(comparison, List.of(new Money(1, "a")), List.of(new Money(1, "a")));
			assertThat(verdict.result()).isEqualTo(Verdict.Result.COMPARATOR_ERROR);
			assertThat(verdict.failure()).isSameAs(failure);
			assertThat(verdict.toString()).isEqualTo("COMPARATOR_ERROR");
		}
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> RuntimeException sneaky(Throwable failure) throws T {
		throw (T) failure;
	}

	@Test
	void aComparatorThatThrowsOnlyForOtherPairsDoesNotHideAMismatch() {
		ValueComparison comparison = with((flag) -> {
		}, entry(Money.class, (oldValue, newValue) -> {
			if (!oldValue.currency().equals(newValue.currency())) {
				throw new IllegalArgumentException("two currencies");
			}
			return oldValue.cents() == newValue.cents();
		}));
		assertDiffers(comparison, List.of(new Money(1, "EUR"), new Money(2, "USD")),
				List.of(new Money(1, "EUR"), new Money(3, "USD")), at("[1]", Kind.VALUE));
	}

	@Test
	void aThrowingLookUpGivesNoVerdict() {
		ValueComparison comparison = new ValueComparison(Comparisons.rules((flag) -> {
		}), (type) -> {
			throw new IllegalStateException();
		}, false);
		assertThat(Comparisons.compare(comparison, "a", "a").result()).isEqualTo(Verdict.Result.COMPARATOR_ERROR);
	}

	@Test
	void theMostSpecificComparatorIsFound() {
		ResultComparator<Object> any = (oldValue, newValue) -> true;
		ResultComparator<Object> animal = (oldValue, newValue) -> true;
		ResultComparator<Object> pet = (oldValue, newValue) -> true;
		ResultComparator<Object> dog = (oldValue, newValue) -> true;
		ComparatorLookup lookup = Comparators.of(List.of(entry(Object.class, any), entry(Pet.class, pet),
				entry(Animal.class, animal), entry(Dog.class, dog)));
		assertThat(lookup.forType(String.class)).isSameAs(any);
		assertThat(lookup.forType(Animal.class)).isSameAs(animal);
		assertThat(lookup.forType(Dog.class)).isSameAs(dog);
		assertThat(lookup.forType(Poodle.class)).isSameAs(dog);
		assertThat(lookup.forType(Cat.class)).as("a tie is broken by the order given").isSameAs(pet);
		assertThat(lookup.forTypes(Dog.class, Animal.class)).isSameAs(animal);
		assertThat(lookup.forTypes(Poodle.class, Cat.class)).as("the most specific that takes both").isSameAs(pet);
		assertThat(Comparators.of(List.of())).isSameAs(ComparatorLookup.NONE);
		assertThat(Comparators.of(List.of(entry(Dog.class, dog))).forType(Cat.class)).isNull();
	}

	@Test
	void twoClassesOfOneTypeAreComparedByTheComparatorOfTheType() {
		ValueComparison comparison = with((flag) -> {
		}, entry(Animal.class, (oldValue, newValue) -> true));
		assertMatch(comparison, new Dog(), new Cat());
		assertDiffers(comparison, new Dog(), "dog", at("", Kind.TYPE));
	}

	@Test
	void aLookUpThatIsALambdaGivesTheComparatorThatBothHave() {
		ResultComparator<Object> always = (oldValue, newValue) -> true;
		ValueComparison comparison = new ValueComparison(Comparisons.rules((flag) -> {
		}), (type) -> always, false);
		assertMatch(comparison, "a", 1);
	}

	record Money(int cents, String currency) {
	}

	record Purse(Money money) {
	}

	static class Bag {

		List<String> content = new ArrayList<>();

	}

	interface Pet {

	}

	static class Animal {

	}

	static class Dog extends Animal implements Pet {

	}

	static class Poodle extends Dog {

	}

	static class Cat extends Animal implements Pet {

	}

}
