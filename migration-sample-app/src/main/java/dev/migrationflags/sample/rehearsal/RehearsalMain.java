package dev.migrationflags.sample.rehearsal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * The main class of the jar: a rehearsal, or with {@code --serve} the shop with traffic.
 */
public final class RehearsalMain {

	private static final int USAGE = 2;

	private static volatile boolean finished;

	private RehearsalMain() {
	}

	public static void main(String[] args) {
		if (List.of(args).contains("--serve")) {
			Serve.start(System.out, args);
			return;
		}
		if (List.of(args).contains(ShopProcess.OPTION)) {
			ShopProcess.serve(args);
			return;
		}
		Runtime.getRuntime().addShutdownHook(new Thread(RehearsalMain::silence, "silence"));
		int exitCode = rehearse(args);
		finished = true;
		System.exit(exitCode);
	}

	/**
	 * After Ctrl-C everything is taken away at once from clients that are still at work.
	 * What they say about it is of no interest.
	 */
	private static void silence() {
		if (!finished) {
			System.out.println();
			System.out.println("Cancelled");
			System.setOut(new PrintStream(OutputStream.nullOutputStream()));
			System.setErr(new PrintStream(OutputStream.nullOutputStream()));
		}
	}

	private static int rehearse(String... args) {
		if (List.of(args).contains("--help")) {
			System.out.print(RehearsalOptions.USAGE);
			return 0;
		}
		try {
			RehearsalOptions options = RehearsalOptions.parse(args);
			return switch (options.kind()) {
				case PLAIN -> new Rehearsal(options, System.out).run();
				case CHAOS -> new ChaosRehearsal(options, System.out).run();
				case CRASH -> new CrashRehearsal(options, System.out).run();
			};
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.err.print(RehearsalOptions.USAGE);
			return USAGE;
		}
	}

}
