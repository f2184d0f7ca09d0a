package dev.migrationflags.benchmarks;

import java.util.Collections;
import java.util.Locale;

/**
 * A table in Markdown.
 */
public final class Table {

	private final StringBuilder text = new StringBuilder();

	/**
	 * Begins a table.
	 * @param columns the heads of the columns; all but the first are numbers
	 */
	public Table(String... columns) {
		row((Object[]) columns);
		this.text.append("|---").append(String.join("", Collections.nCopies(columns.length - 1, "|--:"))).append("|\n");
	}

	/**
	 * Adds a row.
	 * @param cells the cells
	 * @return this
	 */
	public Table row(Object... cells) {
		StringBuilder row = new StringBuilder("|");
		for (Object cell : cells) {
			row.append(' ').append(cell).append(" |");
		}
		this.text.append(row.toString().replace("  |", " |")).append('\n');
		return this;
	}

	/**
	 * A number as it is read best.
	 * @param number the number
	 * @return with two decimals below 10, with one below 100, else whole
	 */
	public static String number(double number) {
		String format = (Math.abs(number) < 10) ? "%.2f" : ((Math.abs(number) < 100) ? "%.1f" : "%,.0f");
		return String.format(Locale.ROOT, format, number).replace(',', ' ');
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
