package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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
import static dev.migrationflags.engine.comparison.Comparisons.plain;

class StructureTests {

	@SuppressWarnings("NullAway")
	private static Arguments args(@Nullable Object... values) {
		return Arguments.of(values);
	}

	static Stream<Arguments> matching() {
		return Stream.of(args(null, null), args("a", "a"), args("ab", new StringBuilder("ab")),
				args(TimeUnit.DAYS, TimeUnit.DAYS), args(true, new AtomicBoolean(true)),
				args(new byte[] { 1, 2 }, new byte[] { 1, 2 }), args(new int[] { 1, 2 }, new int[] { 1, 2 }),
				args(new int[] { 1, 2 }, new Long[] { 1L, 2L }), args(new double[] { 0.0 }, new double[] { -0.0 }),
				args(new String[][] { { "a" } }, new String[][] { { "a" } }),
				args(List.of("a"), new ArrayList<>(List.of("a"))),
				args(List.of("a", "b"), new ArrayDeque<>(List.of("a", "b"))),
				args(Map.of("a", 1, "b", 2), new TreeMap<>(Map.of("a", 1L, "b", 2L))),
				args(Map.of(1, "a"), Map.of(1L, "a")), args(Optional.of("a"), Optional.of("a")),
				args(Optional.of("a"), "a"), args(Optional.empty(), null), args(OptionalInt.of(1), OptionalLong.of(1)),
				args(OptionalDouble.empty(), null), args(new AtomicReference<>("a"), new AtomicReference<>("a")),
				args(new Date(5), new Date(5)), args(LocalDate.MAX, LocalDate.MAX),
				args(UUID.fromString("0-0-0-0-1"), UUID.fromString("0-0-0-0-1")),
				args(ByteBuffer.wrap(new byte[] { 1 }), ByteBuffer.allocateDirect(1).put((byte) 1).flip()),
				args(TimeZone.getTimeZone("UTC"), TimeZone.getTimeZone("UTC")),
				args(new Plain("a", 1), new Plain("a", 1)), args(new Plain(null, 1), new Plain(null, 1)),
				args(new Line("a", new BigDecimal("1.0")), new Line("a", new BigDecimal("1.00"))),
				args(Shade.DARK, Shade.DARK));
	}

	@ParameterizedTest
	@MethodSource("matching")
	void matches(@Nullable Object oldValue, @Nullable Object newValue) {
		assertMatch(plain(), oldValue, newValue);
		assertMatch(plain(), newValue, oldValue);
	}

	static Stream<Arguments> differing() {
		return Stream.of(args("a", "b", Kind.VALUE), args("a", null, Kind.NULL), args("1", 1, Kind.TYPE),
				args('a', "a", Kind.TYPE), args(true, false, Kind.VALUE),
				args(TimeUnit.DAYS, TimeUnit.HOURS, Kind.VALUE), args(TimeUnit.DAYS, Shade.DARK, Kind.TYPE),
				args(Shade.DARK, Shade.LIGHT, Kind.VALUE), args(Optional.of("a"), Optional.empty(), Kind.NULL),
				args(Optional.of("a"), null, Kind.NULL), args(new byte[] { 1 }, new byte[] { 2 }, Kind.VALUE),
				args(new byte[] { 1 }, new int[] { 1 }, Kind.TYPE), args(List.of(1), new int[] { 1 }, Kind.TYPE),
				args(List.of(1), Map.of(1, 1), Kind.TYPE), args(new Date(5), new java.sql.Timestamp(5), Kind.TYPE),
				args(LocalDate.MAX, LocalDate.MIN, Kind.VALUE),
				args(new Plain("a", 1), new Line("a", BigDecimal.ONE), Kind.TYPE),
				args(new Plain("a", 1), new Sub("a", 1, "x"), Kind.TYPE));
	}

	@ParameterizedTest
	@MethodSource("differing")
	void differs(Object oldValue, @Nullable Object newValue, Kind kind) {
		assertDiffers(plain(), oldValue, newValue, at("", kind));
		assertDiffers(plain(), newValue, oldValue, at("", kind));
	}

	@Test
	void fieldsAreNamedInheritedOnesIncluded() {
		assertDiffers(plain(), new Sub("a", 1, "x"), new Sub("b", 1, "y"), at("name", Kind.VALUE),
				at("extra", Kind.VALUE));
	}

	@Test
	void everyLevelIsInThePath() {
		Order oldOrder = new Order(1, List.of(new Line("a", BigDecimal.ONE), new Line("b", BigDecimal.ONE)),
				Map.of("EUR", BigDecimal.ONE), Optional.of("x"));
		Order newOrder = new Order(2, List.of(new Line("a", BigDecimal.ONE), new Line("b", BigDecimal.TEN)),
				Map.of("EUR", BigDecimal.TEN), Optional.of("y"));
		assertDiffers(plain(), oldOrder, newOrder, at("id", Kind.VALUE), at("lines[1].price", Kind.VALUE),
				at("totals[key]", Kind.VALUE), at("note", Kind.VALUE));
		assertDiffers(plain(), List.of(oldOrder), List.of(newOrder), at("[0].id", Kind.VALUE),
				at("[0].lines[1].price", Kind.VALUE), at("[0].totals[key]", Kind.VALUE), at("[0].note", Kind.VALUE));
	}

	@Test
	void elementsThatOneSideLacksAreNamed() {
		assertDiffers(plain(), List.of("a", "b", "c"), List.of("a"), at("[1]", Kind.MISSING), at("[2]", Kind.MISSING));
		assertDiffers(plain(), List.of("a"), List.of("a", "b"), at("[1]", Kind.EXTRA));
		assertDiffers(plain(), new int[] { 1 }, new int[] {}, at("[0]", Kind.MISSING));
	}

	@Test
	void entriesThatOneSideLacksAreNamed() {
		assertDiffers(plain(), Map.of(TimeUnit.DAYS, 1), Map.of(TimeUnit.HOURS, 1), at("[DAYS]", Kind.MISSING),
				at("[HOURS]", Kind.EXTRA));
	}

	@Test
	void nullKeyAndNullValueAreEntries() {
		Map<String, String> map = new java.util.HashMap<>();
		map.put(null, "a");
		map.put("b", null);
		assertMatch(plain(), map, new java.util.LinkedHashMap<>(map));
		assertDiffers(plain(), Map.of("b", 1), new java.util.HashMap<>(java.util.Collections.singletonMap("b", null)),
				at("[key]", Kind.NULL));
		assertDiffers(plain(), map, java.util.Collections.singletonMap(null, "a"), at("[key]", Kind.MISSING));
	}

	@Test
	void nullElementsAreElements() {
		assertMatch(plain(), Arrays.asList("a", null), Arrays.asList("a", null));
		assertDiffers(plain(), Arrays.asList("a", null), List.of("a", "b"), at("[1]", Kind.NULL));
	}

	@Test
	void lambdasAndProxiesAreLeaves() {
		Supplier<String> one = () -> "a";
		Supplier<String> other = () -> "a";
		assertMatch(plain(), one, one);
		Verdict verdict = plain().compare(one, other);
		org.assertj.core.api.Assertions.assertThat(verdict.result()).isEqualTo(Verdict.Result.MISMATCH);
		Runnable proxy = (Runnable) java.lang.reflect.Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Runnable.class },
				(self, method, args) -> method.getName().equals("equals") ? true : null);
		assertMatch(plain(), new Holder(proxy), new Holder(proxy));
	}

	@Test
	void typesThatAreNotOpenAreLeaves() {
		assertDiffers(plain(), new Failure("a"), new Failure("a"), at("", Kind.VALUE));
		Failure failure = new Failure("a");
		assertMatch(plain(), failure, failure);
	}

	record Order(long id, List<Line> lines, Map<String, BigDecimal> totals, Optional<String> note) {
	}

	record Line(String sku, BigDecimal price) {
	}

	record Holder(Object value) {
	}

	enum Shade {

		LIGHT, DARK {
		}

	}

	static class Plain {

		private final @Nullable String name;

		private final int count;

		Plain(@Nullable String name, int count) {
			this.name = name;
			this.count = count;
		}

		@Override
		public String toString() {
			return this.name + this.count;
		}

	}

	static class Sub extends Plain {

		private final String extra;

		Sub(String name, int count, String extra) {
			super(name, count);
			this.extra = extra;
		}

		@Override
		public String toString() {
			return super.toString() + this.extra;
		}

	}

	static class Failure extends RuntimeException {

		Failure(String message) {
			super(message);
		}

	}

}
