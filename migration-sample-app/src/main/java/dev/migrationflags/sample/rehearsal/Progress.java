package dev.migrationflags.sample.rehearsal;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how far the rehearsal is: a bar that redraws itself on a terminal, now and then a
 * line elsewhere.
 */
final class Progress {

	/** Of the bar; with it a line fits into 80 columns, and so can be drawn over. */
	private static final int WIDTH = 14;

	private static final long LINE_EVERY = 5_000_000_000L;

	private final PrintStream out;

	private final boolean terminal;

	private long lastTime = System.nanoTime();

	private long lastCalls;

	private long lastLine = this.lastTime - LINE_EVERY;

	private double rate;

	private boolean drawn;

	Progress(PrintStream out, boolean terminal) {
		this.out = out;
		this.terminal = terminal;
	}

	/**
	 * Says something that stays.
	 * @param text one or more lines
	 */
	synchronized void say(String text) {
		if (this.drawn) {
			this.out.print("\r\033[K");
			this.drawn = false;
		}
		this.out.println(text);
		this.out.flush();
	}

	/**
	 * Shows the state of things.
	 * @param act where the flags are
	 * @param done how much of the whole is done, 0 to 1
	 * @param calls how many calls there were
	 * @param errors how many of them clients saw fail
	 */
	synchronized void show(Act act, double done, long calls, long errors) {
		long now = System.nanoTime();
		if (now - this.lastTime > 500_000_000L) {
			this.rate = (calls - this.lastCalls) * 1e9 / (now - this.lastTime);
			this.lastTime = now;
			this.lastCalls = calls;
		}
		String state = String.format(Locale.ROOT, "%3.0f %% %s  %d calls, %.0f/s, %d errors", done * 100,
				this.terminal ? act.stageKeys() : act, calls, this.rate, errors);
		if (this.terminal) {
			int full = (int) Math.round(Math.min(1, done) * WIDTH);
			this.out.print("\r[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] " + state + "\033[K");
			this.out.flush();
			this.drawn = true;
		}
		else if (now - this.lastLine >= LINE_EVERY) {
			this.out.println(state);
			this.out.flush();
			this.lastLine = now;
		}
	}

	/**
	 * Whether the standard output is a terminal, as the script says that starts us.
	 * @return {@code true} if it is
	 */
	static boolean onTerminal() {
		return Boolean.getBoolean("rehearsal.terminal");
	}

}
