package dev.migrationflags.random;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link Tries} and {@link Draw}.
 */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TriesTests {

	private static final Tries<List<Integer>> LISTS = Tries.of((draw) -> draw.list(1, 30, (one) -> one.between(0, 99)))
		.shrinking(Tries::shorter);

	@Test
	void whatHoldsIsTriedSoManyTimes() {
		List<List<Integer>> tried = new ArrayList<>();
		LISTS.times(200).hold(tried::add);
		assertThat(tried).hasSize(200);
		assertThat(new HashSet<>(tried)).hasSizeGreaterThan(100);
	}

	@Test
	void failureNamesTheSeedAndTheSmallestCase() {
		Throwable failure = catchThrowable(() -> LISTS.hold((list) -> assertThat(list).doesNotContain(7, 0)));
		assertThat(failure).isInstanceOf(AssertionError.class)
			.hasMessageContainingAll("-Dtries.seed=", "Drawn: [")
			.hasMessageMatching("(?s).*Smallest found: \\[[70]]\n.*")
			.hasCauseInstanceOf(AssertionError.class);
	}

	@Test
	void seedOfAFailureTriesTheSameCaseAlone() {
		Throwable failure = catchThrowable(() -> LISTS.hold((list) -> assertThat(list).hasSizeLessThan(12)));
		Matcher told = Pattern.compile("(?s)seed=(\\S+).*Drawn: (\\[.*?])\n").matcher(failure.getMessage());
		assertThat(told.find()).isTrue();
		List<List<Integer>> tried = new ArrayList<>();
		System.setProperty(Tries.SEED, told.group(1));
		try {
			LISTS.hold(tried::add);
		}
		finally {
			System.clearProperty(Tries.SEED);
		}
		assertThat(tried).singleElement().hasToString(told.group(2));
	}

	@Test
	void rangesIncludeTheirEnds() {
		Set<Integer> drawn = new HashSet<>();
		Tries.of((draw) -> draw.between(-3, 3)).hold(drawn::add);
		assertThat(drawn).containsExactlyInAnyOrder(-3, -2, -1, 0, 1, 2, 3);
		Set<Long> longs = new HashSet<>();
		Tries.of((draw) -> draw.between(0, Long.MAX_VALUE)).hold(longs::add);
		assertThat(longs).contains(0L, 1L, Long.MAX_VALUE)
			.allMatch((number) -> number >= 0)
			.anyMatch((number) -> number > 1 && number < 1000)
			.anyMatch((number) -> number > 1L << 60);
		Tries.of((draw) -> draw.between(5, 5)).hold((number) -> assertThat(number).isEqualTo(5));
		Set<Double> doubles = new HashSet<>();
		Tries.of((draw) -> draw.between(-1.0, 16.0)).hold(doubles::add);
		assertThat(doubles).contains(-1.0, 16.0).allMatch((number) -> number >= -1 && number <= 16);
	}

	@Test
	void textsAreOfManyScripts() {
		List<String> drawn = new ArrayList<>();
		Tries.of((draw) -> draw.text(1, 40)).hold(drawn::add);
		assertThat(drawn).allMatch((text) -> text.codePointCount(0, text.length()) <= 40)
			.noneMatch(String::isEmpty)
			.anyMatch((text) -> text.chars().allMatch((character) -> character < 128))
			.anyMatch((text) -> text.codePoints().anyMatch(Character::isSupplementaryCodePoint))
			.anyMatch((text) -> text.chars().anyMatch(Character::isLetter));
	}

}
