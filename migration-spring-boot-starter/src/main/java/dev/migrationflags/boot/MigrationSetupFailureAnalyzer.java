package dev.migrationflags.boot;

import java.util.List;
import java.util.function.Function;

import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells everything that is wrong with the migrations of an application, and what to write
 * instead.
 */
final class MigrationSetupFailureAnalyzer extends AbstractFailureAnalyzer<MigrationSetupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MigrationSetupException cause) {
		List<Problem> problems = cause.getProblems();
		String description = "The migrations of this application are not set up correctly:%n%n".formatted()
				+ list(problems, (problem) -> "%s%n   at: %s".formatted(problem.what(), problem.where()));
		String action = "Update your application's configuration:%n%n".formatted() + list(problems, Problem::fix);
		return new FailureAnalysis(description, action, cause);
	}

	/**
	 * A numbered list, so that a fix is found by the number of its problem.
	 */
	private static String list(List<Problem> problems, Function<Problem, String> text) {
		StringBuilder list = new StringBuilder();
		for (int i = 0; i < problems.size(); i++) {
			list.append(
					"%s%d. %s".formatted((i > 0) ? System.lineSeparator() : "", i + 1, text.apply(problems.get(i))));
		}
		return list.toString();
	}

}
