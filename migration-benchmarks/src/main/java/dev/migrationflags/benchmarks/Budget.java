package dev.migrationflags.benchmarks;

import java.util.List;

/**
 * What something may cost, and what it does cost.
 *
 * @param what what was measured
 * @param limit what it may be
 * @param measured what it is
 * @param met whether that is within the limit
 * @param hindrance a sentence that says what stands in the way if it is not
 */
public record Budget(String what, String limit, String measured, boolean met, String hindrance) {

	/**
	 * All budgets in a table, with a sentence for each that is not met.
	 * @param budgets the budgets
	 * @return the text in Markdown
	 */
	public static String table(List<Budget> budgets) {
		StringBuilder text = new StringBuilder("| budget | at most | measured | met |\n|---|--:|--:|---|\n");
		for (Budget budget : budgets) {
			text.append("| %s | %s | %s | %s |\n".formatted(budget.what, budget.limit, budget.measured,
					budget.met ? "yes" : "**no**"));
		}
		List<Budget> missed = budgets.stream().filter((budget) -> !budget.met).toList();
		text.append(
				missed.isEmpty() ? "\nAll of them are met.\n" : "\nWhat stands in the way where one is not met:\n\n");
		for (Budget budget : missed) {
			text.append("* %s: %s instead of %s. %s\n".formatted(budget.what, budget.measured, budget.limit,
					budget.hindrance));
		}
		return text.toString();
	}

}
