package dev.migrationflags.benchmarks;

import java.util.Collections;
import java.util.Locale;

/**
 * Prints a table in Markdown, row by row: a program that takes minutes shows what it has.
 */
public final class Table {

	private Table() {
	}

	/**
	 * Begins a table.
	 * @param title what it shows
	 * @param columns the heads of the columns; all but the first are numbers
	 */
	public static void begin(String title, String... columns) {
		System.out.printf("%n### %s%n%n", title);
		row((Object[]) columns);
		System.out.println("|---" + String.join("", Collections.nCopies(columns.length - 1, "|--:")) + "|");
	}

	/**
	 * Prints a row.
	 * @param cells the cells
	 */
	public static void row(Object... cells) {
		StringBuilder row = new StringBuilder("|");
		for (Object cell : cells) {
			row.append(' ').append(cell).append(" |");
		}
		System.out.println(row);
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

}
