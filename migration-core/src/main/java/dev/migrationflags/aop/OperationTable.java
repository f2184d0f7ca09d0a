package dev.migrationflags.aop;

import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.flags.FlagRegistry;

/**
 * What was wired, as a table for the log.
 */
final class OperationTable {

	private static final String[] HEADER = { "flag", "stage", "operation", "type", "old", "new" };

	private OperationTable() {
	}

	static String of(List<OperationInfo> operations, FlagRegistry flags) {
		List<String[]> rows = new ArrayList<>();
		rows.add(HEADER);
		for (OperationInfo operation : operations) {
			rows.add(new String[] { operation.flag(), flags.get(operation.flag()).stage().key(), operation.name(),
					operation.type().key(), operation.oldMethod(), operation.newMethod() });
		}
		int[] widths = new int[HEADER.length];
		for (String[] row : rows) {
			for (int column = 0; column < row.length; column++) {
				widths[column] = Math.max(widths[column], row[column].length());
			}
		}
		StringBuilder table = new StringBuilder("Migrated operations:");
		for (String[] row : rows) {
			table.append(System.lineSeparator()).append(' ');
			for (int column = 0; column < row.length; column++) {
				table.append(' ').append(row[column]);
				if (column < row.length - 1) {
					table.append(" ".repeat(widths[column] - row[column].length() + 1));
				}
			}
		}
		return table.toString();
	}

}
