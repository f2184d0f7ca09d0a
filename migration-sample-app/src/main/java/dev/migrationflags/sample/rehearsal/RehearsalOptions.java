package dev.migrationflags.sample.rehearsal;

import java.time.Duration;
import java.util.Locale;

/**
 * What was asked for on the command line.
 *
 * @param kind what is rehearsed
 * @param plantRounding whether the new pricing shall round differently
 * @param perAct how long traffic runs at each set of stages
 * @param clients how many clients there are
 */
record RehearsalOptions(Kind kind, boolean plantRounding, Duration perAct, int clients) {

	static final String USAGE = """
			usage: rehearse [--plant=rounding | --chaos | --crash] [--seconds-per-stage=N] [--clients=N]
			       rehearse --serve [--plant=rounding] [--sample.flags=FILE]
			  --plant=rounding       the new pricing rounds differently for some carts: the rehearsal has to find it
			  --chaos                the new sides are slow, fail and hang, from off to shadow and back: callers must
			                         not notice, and the move to live must be refused
			  --crash                orders only, in a JVM that is killed (kill -9) and started again at every stage, in
			                         the middle of moves and of a backfill: no acknowledged order must be lost, and
			                         both stores must be equal
			  --seconds-per-stage=N  how long traffic runs at each set of stages; default 8
			  --clients=N            how many clients there are, 1 to 16; default 4
			  --serve                no rehearsal: the shop serves on port 8080, with traffic and a dashboard, until
			                         it is stopped
			  --sample.flags=FILE    stages come from this file, which may be edited meanwhile (see README)
			exit code: 0 nothing was lost (--chaos: no caller noticed), 1 something was, 2 this text
			""";

	private static final int MAX_SECONDS = 3600;

	private static final int MAX_CLIENTS = 16;

	/**
	 * What is rehearsed.
	 */
	enum Kind {

		/** All flags through all stages. */
		PLAIN,

		/** With new sides that misbehave. */
		CHAOS,

		/** The orders alone, with kills of the shop. */
		CRASH

	}

	static RehearsalOptions parse(String... args) {
		boolean plant = false;
		Kind kind = Kind.PLAIN;
		int seconds = 8;
		int clients = 4;
		for (String arg : args) {
			String value = arg.substring(arg.indexOf('=') + 1);
			if (arg.equals("--plant=rounding")) {
				plant = true;
			}
			else if (arg.equals("--chaos") && kind != Kind.CRASH) {
				kind = Kind.CHAOS;
			}
			else if (arg.equals("--crash") && kind != Kind.CHAOS) {
				kind = Kind.CRASH;
			}
			else if (arg.equals("--chaos") || arg.equals("--crash")) {
				throw new IllegalArgumentException("--chaos and --crash exclude each other");
			}
			else if (arg.startsWith("--seconds-per-stage=")) {
				seconds = number(arg, value, MAX_SECONDS);
			}
			else if (arg.startsWith("--clients=")) {
				clients = number(arg, value, MAX_CLIENTS);
			}
			else {
				throw new IllegalArgumentException("Unknown option '%s'".formatted(arg));
			}
		}
		if (plant && kind != Kind.PLAIN) {
			throw new IllegalArgumentException(
					"--plant=rounding and --%s exclude each other".formatted(kind.name().toLowerCase(Locale.ROOT)));
		}
		return new RehearsalOptions(kind, plant, Duration.ofSeconds(seconds), clients);
	}

	private static int number(String arg, String value, int max) {
		if (!value.matches("\\d{1,4}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > max) {
			throw new IllegalArgumentException("'%s' needs a number from 1 to %d".formatted(arg, max));
		}
		return Integer.parseInt(value);
	}

}
