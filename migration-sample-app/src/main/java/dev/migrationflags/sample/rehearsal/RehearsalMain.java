package dev.migrationflags.sample.rehearsal;

import java.util.List;

import dev.migrationflags.sample.SampleApplication;

/**
 * The main class of the jar: a rehearsal, or with {@code --serve} the plain application.
 */
public final class RehearsalMain {

	private static final int USAGE = 2;

	private RehearsalMain() {
	}

	public static void main(String[] args) {
		if (List.of(args).contains("--serve")) {
			SampleApplication.main(args);
			return;
		}
		System.exit(rehearse(args));
	}

	private static int rehearse(String... args) {
		if (List.of(args).contains("--help")) {
			System.out.print(RehearsalOptions.USAGE);
			return 0;
		}
		try {
			return new Rehearsal(RehearsalOptions.parse(args), System.out).run();
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.err.print(RehearsalOptions.USAGE);
			return USAGE;
		}
	}

}
