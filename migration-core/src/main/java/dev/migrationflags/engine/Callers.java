package dev.migrationflags.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Lets callers go on who have waited for the secondary side: on threads on which their
 * code may block, and not on ours or the secondary's, which it would occupy.
 *
 * @param threads the threads
 */
record Callers(Executor threads) {

	/**
	 * On the threads on which futures run what is asynchronous.
	 */
	static Callers ofFutures() {
		return new Callers(new CompletableFuture<>().defaultExecutor());
	}

	/**
	 * Runs code of a caller, or of a side, that must not hold up the current thread.
	 */
	void run(Runnable code) {
		try {
			this.threads.execute(code);
		}
		catch (Throwable ex) {
			// no thread to be had: better here than never
			code.run();
		}
	}

	void release(CompletableFuture<@Nullable Void> waiting) {
		if (!waiting.isDone()) {
			run(() -> waiting.complete(null));
		}
	}

}
