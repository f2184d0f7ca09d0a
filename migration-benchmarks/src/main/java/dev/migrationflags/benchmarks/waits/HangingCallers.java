package dev.migrationflags.benchmarks.waits;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Calls a hanging new side from many threads, counts the threads that this takes besides
 * the callers, and prints the most, and how many are left after a minute.
 */
final class HangingCallers {

	static final int CALLERS = 500;

	private static final int CALLS = 3;

	private static final String CALLER = "caller";

	private HangingCallers() {
	}

	public static void main(String[] arguments) throws Exception {
		try (Subject.Reader reader = Subject.valueOf(arguments[0]).open(Behaviour.HANGING)) {
			long before = liveThreads();
			long most = 0;
			CountDownLatch done = new CountDownLatch(CALLERS);
			for (int caller = 0; caller < CALLERS; caller++) {
				new Thread(() -> {
					for (int call = 0; call < CALLS; call++) {
						reader.read();
					}
					done.countDown();
				}, CALLER).start();
			}
			while (!done.await(20, TimeUnit.MILLISECONDS)) {
				most = Math.max(most, liveThreads() - before);
			}
			for (int look = 0; look < 50; look++) {
				most = Math.max(most, liveThreads() - before);
				TimeUnit.MILLISECONDS.sleep(20);
			}
			TimeUnit.MINUTES.sleep(1);
			System.out.println(most + " " + (liveThreads() - before));
		}
		System.exit(0);
	}

	/**
	 * All threads but the callers.
	 */
	private static long liveThreads() {
		ThreadGroup group = Thread.currentThread().getThreadGroup();
		Thread[] threads = new Thread[10 * CALLERS];
		int count = group.enumerate(threads);
		return Arrays.stream(threads, 0, count).filter((thread) -> !CALLER.equals(thread.getName())).count();
	}

}
