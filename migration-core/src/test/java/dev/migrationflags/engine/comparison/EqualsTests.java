package dev.migrationflags.engine.comparison;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.migrationflags.Difference.Kind;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static org.assertj.core.api.Assertions.assertThat;

class EqualsTests {

	@Test
	void valuesMatchWhenTheirEqualsSaysSoAtAnyDepth() {
		Entity one = new Entity(1, "a");
		Entity same = new Entity(1, "b");
		assertMatch(plain(), one, same);
		assertMatch(plain(), List.of(one), List.of(same));
		assertMatch(plain(), Map.of("x", one), Map.of("x", same));
		assertMatch(plain(), Set.of(one), Set.of(same));
		assertMatch(plain(), Optional.of(one), Optional.of(same));
		assertMatch(plain(), new Box(one), new Box(same));
	}

	@Test
	void differencesOfValuesThatAreEqualAreNotListed() {
		assertDiffers(plain(), List.of(new Entity(1, "a"), new Entity(2, "a")),
				List.of(new Entity(1, "b"), new Entity(3, "b")), at("[1].id", Kind.VALUE), at("[1].name", Kind.VALUE));
	}

	@Test
	void anEqualsThatThrowsLeavesTheDecisionToTheStructure() {
		assertMatch(plain(), new Hostile(1), new Hostile(1));
		assertDiffers(plain(), new Hostile(1), new Hostile(2), at("id", Kind.VALUE));
		assertDiffers(plain(), new Endless(1), new Endless(2), at("id", Kind.VALUE));
	}

	@Test
	void equalsIsNotAskedOfASourceThatHasChangedSince() {
		Entity entity = new Entity(1, "a");
		Captured captured = plain().capture(entity);
		entity.id = 2;
		assertThat(plain().compare(captured, new Entity(2, "b")).differences()).containsExactly(at("id", Kind.VALUE),
				at("name", Kind.VALUE));
		assertThat(plain().compare(captured, new Entity(1, "a"))).isSameAs(Verdict.MATCH);
	}

	@Test
	void valuesOfTwoClassesMatchIfBothSaySo() {
		assertMatch(plain(), new Entity(1, "a"), new Entity(1, "b") {
		});
		assertDiffers(plain(), new Entity(1, "a"), new Entity(2, "a") {
		}, at("", Kind.TYPE));
		assertDiffers(plain(), new Entity(1, "a"), new Entity(1, "a") {

			@Override
			public boolean equals(Object other) {
				return other == this;
			}

			@Override
			public int hashCode() {
				return 1;
			}

		}, at("", Kind.TYPE));
	}

	@Test
	void equalsOfTwoClassesIsNotAskedOfASourceThatHasChangedSince() {
		Entity entity = new Entity(1, "a");
		Captured captured = plain().capture(entity);
		entity.id = 2;
		assertThat(plain().compare(captured, new Entity(2, "a") {
		}).differences()).containsExactly(at("", Kind.TYPE));
	}

	record Box(Object content) {
	}

	static class Entity {

		private int id;

		private final String name;

		Entity(int id, String name) {
			this.id = id;
			this.name = name;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Entity entity && entity.id == this.id;
		}

		@Override
		public int hashCode() {
			return this.id;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static class Hostile {

		final int id;

		Hostile(int id) {
			this.id = id;
		}

		@Override
		public boolean equals(Object other) {
			throw new AssertionError("secret");
		}

		@Override
		public int hashCode() {
			throw new AssertionError("secret");
		}

	}

	static class Endless {

		final int id;

		Endless(int id) {
			this.id = id;
		}

		@Override
		public boolean equals(Object other) {
			return other.equals(this);
		}

		@Override
		public int hashCode() {
			return this.id;
		}

	}

}
