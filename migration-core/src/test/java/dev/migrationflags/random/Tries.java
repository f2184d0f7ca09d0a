package dev.migrationflags.random;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tries a property on random cases: other ones in every run. One that fails is named with
 * its seed, and {@code -Dtries.seed=} with that seed tries it again, alone.
 *
 * @param <T> what a case is
 */
public final class Tries<T> {

	/** The system property with the seed of the one case that is to be tried. */
	static final String SEED = "tries.seed";

	private static final Duration SHRINKING = Duration.ofMinutes(1);

	private final int times;

	private final Function<Draw, T> cases;

	private final Function<T, Stream<T>> smaller;

	private Tries(int times, Function<Draw, T> cases, Function<T, Stream<T>> smaller) {
		this.times = times;
		this.cases = cases;
		this.smaller = smaller;
	}

	/**
	 * A thousand cases.
	 */
	public static <T> Tries<T> of(Function<Draw, T> cases) {
		return new Tries<>(1000, cases, (drawn) -> Stream.empty());
	}

	public Tries<T> times(int times) {
		return new Tries<>(times, this.cases, this.smaller);
	}

	/**
	 * What is smaller than a case that fails is tried too, the smallest first, for a
	 * minute at most, and the smallest one that still fails is told.
	 */
	public Tries<T> shrinking(Function<T, Stream<T>> smaller) {
		return new Tries<>(this.times, this.cases, smaller);
	}

	/**
	 * What shrinks a list: its halves, then itself without one of its elements.
	 */
	public static <E> Stream<List<E>> shorter(List<E> list) {
		int size = list.size();
		Stream<List<E>> halves = (size < 4) ? Stream.empty()
				: Stream.of(list.subList(0, size / 2), list.subList(size / 2, size));
		return Stream.concat(halves, IntStream.range(0, (size > 1) ? size : 0).mapToObj((left) -> {
			List<E> others = new ArrayList<>(list);
			others.remove(left);
			return others;
		}));
	}

	/**
	 * Each case passes this check.
	 */
	public void hold(Check<T> check) {
		Long again = Long.getLong(SEED);
		if (again != null) {
			tryOne(again, check);
			return;
		}
		SplittableRandom seeds = new SplittableRandom();
		for (int i = 0; i < this.times; i++) {
			tryOne(seeds.nextLong(), check);
		}
	}

	private void tryOne(long seed, Check<T> check) {
		T drawn = this.cases.apply(new Draw(seed));
		Throwable failure = failure(drawn, check);
		if (failure != null) {
			throw shrunk(new Failed<>(drawn, failure), check).error(seed, drawn);
		}
	}

	private Failed<T> shrunk(Failed<T> first, Check<T> check) {
		long end = System.nanoTime() + SHRINKING.toNanos();
		Failed<T> smallest = first;
		Iterator<T> candidates = this.smaller.apply(first.drawn).iterator();
		while (candidates.hasNext() && System.nanoTime() - end < 0) {
			T candidate = candidates.next();
			Throwable failure = failure(candidate, check);
			if (failure != null) {
				smallest = new Failed<>(candidate, failure);
				candidates = this.smaller.apply(candidate).iterator();
			}
		}
		return smallest;
	}

	private static <T> Throwable failure(T drawn, Check<T> check) {
		try {
			check.check(drawn);
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	/**
	 * What holds for every case.
	 *
	 * @param <T> what a case is
	 */
	@FunctionalInterface
	public interface Check<T> {

		void check(T drawn) throws Throwable;

	}

	private record Failed<T>(T drawn, Throwable failure) {

		AssertionError error(long seed, T first) {
			return new AssertionError("""
					Does not hold. Again with -D%s=%d
					Smallest found: %s
					Drawn: %s
					%s""".formatted(SEED, seed, this.drawn, first, this.failure), this.failure);
		}

	}

}
