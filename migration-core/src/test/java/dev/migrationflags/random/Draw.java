package dev.migrationflags.random;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a random case is made of. The same seed draws the same; the ends of a range come
 * more often than chance would have them.
 */
public final class Draw {

	private final SplittableRandom random;

	Draw(long seed) {
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Any number from least to most, both included.
	 */
	public long between(long least, long most) {
		long span = Math.subtractExact(most, least);
		return least + switch (this.random.nextInt(10)) {
			case 0 -> Math.min(this.random.nextLong(2), span);
			case 1 -> Math.max(span - this.random.nextLong(2), 0);
			case 2, 3, 4 -> Math.min(ofAnyMagnitude(), span);
			default -> upTo(span);
		};
	}

	private long upTo(long most) {
		return (most == Long.MAX_VALUE) ? this.random.nextLong() >>> 1 : this.random.nextLong(most + 1);
	}

	private long ofAnyMagnitude() {
		return this.random.nextLong() >>> (1 + this.random.nextInt(Long.SIZE - 1));
	}

	public int between(int least, int most) {
		return (int) between((long) least, (long) most);
	}

	public double between(double least, double most) {
		return switch (this.random.nextInt(20)) {
			case 0 -> least;
			case 1 -> most;
			default -> least + (most - least) * this.random.nextDouble();
		};
	}

	/**
	 * Whether a die with so many sides shows its first one.
	 */
	public boolean oneIn(int sides) {
		return this.random.nextInt(sides) == 0;
	}

	@SafeVarargs
	public final <T> T oneOf(T... values) {
		return values[this.random.nextInt(values.length)];
	}

	/**
	 * So many elements, each drawn by itself.
	 */
	public <T> List<T> list(int least, int most, Function<Draw, T> element) {
		return Stream.generate(() -> element.apply(this)).limit(between(least, most)).toList();
	}

	/**
	 * A text of so many characters, of any script, now and then of halves of characters.
	 */
	public String text(int least, int most) {
		int[] points = IntStream.generate(this::codePoint).limit(between(least, most)).toArray();
		return new String(points, 0, points.length);
	}

	private int codePoint() {
		return switch (this.random.nextInt(10)) {
			case 0 -> this.random.nextInt(Character.MAX_CODE_POINT + 1);
			case 1 -> this.random.nextInt(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
			case 2, 3 -> this.random.nextInt(Character.MAX_VALUE + 1);
			default -> this.random.nextInt(' ', '~' + 1);
		};
	}

}
