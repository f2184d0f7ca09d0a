package dev.migrationflags.flags;

import java.util.List;

import dev.migrationflags.MigrationException;

/**
 * The application does not start because of the set-up of its migrations. Lists
 * everything that is wrong, not only the first.
 */
public final class MigrationSetupException extends MigrationException {

	private final List<Problem> problems;

	/**
	 * Creates an exception.
	 * @param problems what is wrong, at least one
	 */
	public MigrationSetupException(List<Problem> problems) {
		super(message(problems));
		this.problems = List.copyOf(problems);
	}

	private static String message(List<Problem> problems) {
		StringBuilder message = new StringBuilder("The migrations are not set up correctly:");
		for (Problem problem : problems) {
			message.append(System.lineSeparator())
				.append("- ")
				.append(problem.what())
				.append(" (")
				.append(problem.where())
				.append("): ")
				.append(problem.fix());
		}
		return message.toString();
	}

	/**
	 * What is wrong.
	 * @return all the problems, unmodifiable
	 */
	public List<Problem> getProblems() {
		return this.problems;
	}

}
