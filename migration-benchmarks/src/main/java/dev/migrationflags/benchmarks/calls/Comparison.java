package dev.migrationflags.benchmarks.calls;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.engine.comparison.ComparatorLookup;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.comparison.Verdict;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The comparison of two orders of ten lines whose classes have no {@code equals}.
 */
public class Comparison {

	@Benchmark
	public Verdict equal(Orders state) {
		return state.comparison.compare(state.order, state.same);
	}

	@Benchmark
	public Verdict different(Orders state) {
		return state.comparison.compare(state.order, state.other);
	}

	@Benchmark
	public Verdict equalCaptured(Orders state) {
		return state.comparison.compare(state.comparison.capture(state.order), state.same);
	}

	@State(Scope.Benchmark)
	public static class Orders {

		final ValueComparison comparison = new ValueComparison(
				MigrationFlag.named("orders").build().settings("find").comparison(), ComparatorLookup.NONE, false);

		final Order order = new Order(17, "somebody", lines("12.50"));

		final Order same = new Order(17, "somebody", lines("12.50"));

		final Order other = new Order(18, "somebody", lines("12.55"));

		private static List<Line> lines(String price) {
			return IntStream.range(0, 10)
				.mapToObj((i) -> new Line("article-" + i, i + 1, new BigDecimal(price)))
				.toList();
		}

	}

	/**
	 * An order as an entity would be: no {@code equals}, fields that change.
	 */
	static class Order {

		long id;

		String customer;

		List<Line> lines;

		Order(long id, String customer, List<Line> lines) {
			this.id = id;
			this.customer = customer;
			this.lines = lines;
		}

	}

	/**
	 * A line of an order.
	 */
	static class Line {

		String article;

		int quantity;

		BigDecimal price;

		Line(String article, int quantity, BigDecimal price) {
			this.article = article;
			this.quantity = quantity;
			this.price = price;
		}

	}

}
