package dev.migrationflags.engine.comparison;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static dev.migrationflags.engine.comparison.Comparisons.with;
import static org.assertj.core.api.Assertions.assertThat;

class CaptureTests {

	static Stream<Arguments> mutable() {
		return Stream.of(change(() -> new ArrayList<>(List.of("a")), (list) -> list.add("b")),
				change(() -> new ArrayList<>(List.of("a")), (list) -> list.set(0, "b")),
				change(() -> new HashMap<>(Map.of("a", 1)), (map) -> map.put("a", 2)),
				change(() -> new HashMap<>(Map.of("a", 1)), (map) -> map.remove("a")),
				change(() -> new LinkedHashSet<>(Set.of("a")), (set) -> set.add("b")),
				change(() -> new byte[] { 1 }, (bytes) -> bytes[0] = 2),
				change(() -> new int[] { 1 }, (ints) -> ints[0] = 2),
				change(() -> new String[] { "a" }, (strings) -> strings[0] = "b"),
				change(() -> new int[][] { { 1 } }, (ints) -> ints[0][0] = 2),
				change(() -> new Date(1), (date) -> date.setTime(2)),
				change(() -> new java.sql.Timestamp(1), (date) -> date.setNanos(5)),
				change(GregorianCalendar::new, (calendar) -> calendar.add(Calendar.YEAR, 1)),
				change(() -> BitSet.valueOf(new long[] { 1 }), (bits) -> bits.set(7)),
				change(() -> new StringBuilder("a"), (text) -> text.append("b")),
				change(() -> new AtomicInteger(1), AtomicInteger::incrementAndGet),
				change(DoubleAdder::new, (adder) -> adder.add(1)),
				change(() -> new AtomicReference<>("a"), (reference) -> reference.set("b")),
				change(() -> new Bean("a"), (bean) -> bean.name = "b"),
				change(() -> new Row(new ArrayList<>(List.of("a"))), (row) -> row.tags.add("b")),
				change(() -> List.of(new Bean("a")), (beans) -> beans.get(0).name = "b"),
				change(() -> Map.of("k", List.of(new Bean("a"))),
						(map) -> map.values().iterator().next().get(0).name = "b"),
				change(() -> new Bean(new Row(new ArrayList<>(List.of(new Date(1))))),
						(bean) -> ((Date) ((Row) bean.name).tags.get(0)).setTime(2)),
				change(() -> new Bean[] { new Bean("a") }, (beans) -> beans[0].name = "b"));
	}

	private static <T> Arguments change(Supplier<T> value, Consumer<T> change) {
		return Arguments.of(value, change);
	}

	@ParameterizedTest
	@MethodSource("mutable")
	void aCaptureIsNotTouchedByLaterChanges(Supplier<Object> supplier, Consumer<Object> change) {
		ValueComparison comparison = plain();
		Object value = supplier.get();
		Object unchanged = supplier.get();
		if (value instanceof GregorianCalendar calendar) {
			unchanged = calendar.clone();
		}
		Captured captured = comparison.capture(value);
		change.accept(value);
		assertThat(comparison.compare(captured, unchanged)).isSameAs(Verdict.MATCH);
		assertThat(comparison.compare(unchanged, captured)).isSameAs(Verdict.MATCH);
		assertThat(comparison.compare(captured, value).result()).isEqualTo(Verdict.Result.MISMATCH);
		assertThat(comparison.compare(value, captured).result()).isEqualTo(Verdict.Result.MISMATCH);
	}

	@Test
	void whatCannotChangeIsKeptAsItIs() {
		for (Object value : List.of("a", 1, Thread.State.NEW, LocalDate.MAX, new Point(1, "a"),
				new Line(new Point(1, "a"), 5))) {
			assertThat(plain().capture(value).root()).isSameAs(value);
		}
		assertThat(plain().capture(null)).isSameAs(plain().capture(null));
	}

	@Test
	void whatIsIgnoredIsNotRead() {
		ValueComparison comparison = with((flag) -> flag.comparisonIgnore("name"));
		Bean bean = new Bean(new Unreadable());
		assertThat(comparison.compare(comparison.capture(bean), new Bean("x"))).isSameAs(Verdict.MATCH);
		Verdict verdict = plain().compare(plain().capture(bean), new Bean("x"));
		assertThat(verdict.result()).isEqualTo(Verdict.Result.COMPARATOR_ERROR);
	}

	@Test
	void aCaptureSaysNothingOfTheValue() {
		assertThat(plain().capture(new Bean("secret"))).hasToString("Captured");
	}

	record Point(int x, String name) {
	}

	record Line(Object start, Integer length) {
	}

	record Row(List<Object> tags) {
	}

	static class Bean {

		private Object name;

		Bean(Object name) {
			this.name = name;
		}

		@Override
		public String toString() {
			return Arrays.asList(this.name).toString();
		}

	}

	static final class Unreadable extends ArrayList<String> {

		@Override
		public int size() {
			throw new IllegalStateException("secret");
		}

	}

}
