package dev.migrationflags.benchmarks.calls;

import java.util.StringJoiner;

import dev.migrationflags.benchmarks.Budget;
import dev.migrationflags.benchmarks.Table;
import dev.migrationflags.benchmarks.calls.Report.Figures;

/**
 * A row of the report.
 *
 * @param title what was measured
 * @param benchmark its name
 * @param yardstick the benchmark that it is compared with
 * @param base the benchmark that the budget adds to, empty if it does not
 * @param times the most that it may cost, in terms of the yardstick; NaN without such a
 * budget
 * @param nanos the most that it may cost, or cost more than the base; or NaN
 * @param bytes the most that it may allocate, or allocate more than the base; or NaN
 * @param hindrance what stands in the way if the budget is not met
 */
record Row(String title, String benchmark, String yardstick, String base, double times, double nanos, double bytes,
		String hindrance) {

	static Row of(String title, String benchmark, String yardstick) {
		return new Row(title, benchmark, yardstick, "", Double.NaN, Double.NaN, Double.NaN, "");
	}

	Row times(double times) {
		return new Row(this.title, this.benchmark, this.yardstick, this.base, times, this.nanos, this.bytes,
				this.hindrance);
	}

	Row nanos(double nanos) {
		return new Row(this.title, this.benchmark, this.yardstick, this.base, this.times, nanos, this.bytes,
				this.hindrance);
	}

	Row bytes(double bytes) {
		return new Row(this.title, this.benchmark, this.yardstick, this.base, this.times, this.nanos, bytes,
				this.hindrance);
	}

	Row more(String base, double nanos, double bytes) {
		return new Row(this.title, this.benchmark, this.yardstick, base, this.times, nanos, bytes, this.hindrance);
	}

	Row hindrance(String hindrance) {
		return new Row(this.title, this.benchmark, this.yardstick, this.base, this.times, this.nanos, this.bytes,
				hindrance);
	}

	boolean hasBudget() {
		return !(Double.isNaN(this.times) && Double.isNaN(this.nanos) && Double.isNaN(this.bytes));
	}

	/**
	 * Judged as the numbers are shown: two decimals of a ratio, whole bytes.
	 */
	Budget judge(Figures figures) {
		String more = this.base.isEmpty() ? "" : "+ ";
		StringJoiner limit = new StringJoiner(", ");
		StringJoiner measured = new StringJoiner(", ");
		boolean met = true;
		if (!Double.isNaN(this.times)) {
			limit.add("× " + Table.number(this.times));
			measured.add("× " + Table.number(figures.ratio()));
			met = Math.round(100 * figures.ratio()) <= Math.round(100 * this.times);
		}
		if (!Double.isNaN(this.nanos)) {
			limit.add(more + Table.number(this.nanos) + " ns");
			measured.add(more + Table.number(figures.moreNanos()) + " ns");
			met &= figures.moreNanos() <= this.nanos;
		}
		if (!Double.isNaN(this.bytes)) {
			limit.add(more + "%.0f B".formatted(this.bytes));
			measured.add(more + "%.0f B".formatted(figures.moreBytes()));
			met &= Math.round(figures.moreBytes()) <= this.bytes;
		}
		return new Budget(this.title.replace("**", ""), limit.toString(), measured.toString(), met, this.hindrance);
	}

}
