package dev.migrationflags.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * What is known of the writes of a moment ago.
 */
class RecentWritesTests {

	private final RecentWrites writes = new RecentWrites();

	@Test
	void readMeetsAWriteThatIsUnderWay() {
		this.writes.begun(RecentWrites.places(5));
		assertThat(this.writes.met(5, System.nanoTime())).isTrue();
	}

	@Test
	void readMeetsAWriteThatHasEndedSinceItBegan() {
		long before = System.nanoTime();
		write(5);
		assertThat(this.writes.met(5, before)).isTrue();
	}

	@Test
	void readDoesNotMeetAWriteThatHadEndedBeforeItBegan() {
		write(5);
		assertThat(this.writes.met(5, System.nanoTime() + 1)).isFalse();
	}

	@Test
	void readMeetsNoWriteWhereThereWasNone() {
		assertThat(this.writes.met(5, System.nanoTime())).isFalse();
	}

	@Test
	void readDoesNotMeetAWriteOfAnotherKey() {
		this.writes.begun(RecentWrites.places(5));
		assertThat(this.writes.met(6, System.nanoTime())).isFalse();
	}

	@Test
	void keyIsBeingWrittenUntilTheLastOfSeveralWritesHasEnded() {
		int[] places = RecentWrites.places("a");
		this.writes.begun(places);
		this.writes.begun(places);
		this.writes.ended(places);
		assertThat(this.writes.met("a", System.nanoTime() + 1)).isTrue();
		this.writes.ended(places);
		assertThat(this.writes.met("a", System.nanoTime() + 1)).isFalse();
	}

	@Test
	void eachKeyOfACollectionCounts() {
		this.writes.begun(RecentWrites.places(List.of(1, 2)));
		assertThat(this.writes.met(1, System.nanoTime())).isTrue();
		assertThat(this.writes.met(2, System.nanoTime())).isTrue();
		assertThat(this.writes.met(3, System.nanoTime())).isFalse();
		assertThat(this.writes.met(List.of(3, 2), System.nanoTime())).isTrue();
		assertThat(this.writes.met(List.of(), System.nanoTime())).isFalse();
	}

	static Stream<List<Object>> equalKeys() {
		UUID id = UUID.randomUUID();
		return Stream.of(List.of(5, 5L), List.of("5", 5), List.of(id, id.toString()),
				List.of(new Composite("eu", 7), new Composite("eu", 7)), List.of(new Unnamed(3), new Unnamed(3)));
	}

	@ParameterizedTest
	@MethodSource("equalKeys")
	void keysAreTheSameIfTheyReadTheSame(List<Object> keys) {
		this.writes.begun(RecentWrites.places(keys.get(0)));
		assertThat(this.writes.met(keys.get(1), System.nanoTime())).isTrue();
	}

	@Test
	void keyThatCannotBeReadIsNone() {
		for (Object key : List.of(new Unreadable(), List.of(1, new Unreadable()))) {
			assertThatCode(() -> write(key)).doesNotThrowAnyException();
			assertThat(this.writes.met(key, System.nanoTime() - 1_000_000_000)).isFalse();
		}
		assertThat(RecentWrites.places(null)).isEmpty();
	}

	@Test
	void manyKeysAreToldApartAndNoneIsForgotten() {
		long before = System.nanoTime();
		List<Integer> written = new ArrayList<>();
		for (int key = 0; key < 20_000; key += 20) {
			write(key);
			written.add(key);
		}
		assertThat(written).allMatch((key) -> this.writes.met(key, before));
		long unwritten = Stream.iterate(1, (key) -> key + 20)
			.limit(1000)
			.filter((key) -> this.writes.met(key, before))
			.count();
		assertThat(unwritten).isLessThan(250);
	}

	private void write(Object key) {
		int[] places = RecentWrites.places(key);
		this.writes.begun(places);
		this.writes.ended(places);
	}

	private record Composite(String region, int number) {
	}

	private static final class Unnamed {

		private final int number;

		Unnamed(int number) {
			this.number = number;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Unnamed unnamed && unnamed.number == this.number;
		}

		@Override
		public int hashCode() {
			return this.number;
		}

	}

	private static final class Unreadable {

		@Override
		public boolean equals(Object other) {
			throw new StackOverflowError("planned");
		}

		@Override
		public int hashCode() {
			throw new StackOverflowError("planned");
		}

		@Override
		public String toString() {
			throw new StackOverflowError("planned");
		}

	}

}
