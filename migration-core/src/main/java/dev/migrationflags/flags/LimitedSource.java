package dev.migrationflags.flags;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks a source so that it cannot hold up the caller: on a few threads of its own, which
 * go away when there is nothing to ask, under a time limit. A source that answers from
 * memory is asked on the caller's thread.
 */
final class LimitedSource implements AutoCloseable {

	static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

	private static final int THREADS = 8;

	private static final int QUEUE = 1024;

	private static final int IDLE_SECONDS = 5;

	private final StageSource source;

	private final @Nullable ThreadPoolExecutor threads;

	private final Runnable endOfChanges;

	LimitedSource(StageSource source, Runnable changed) {
		this.source = source;
		this.endOfChanges = source.onChange(changed);
		this.threads = source.inMemory() ? null : threads(source.name());
	}

	private static ThreadPoolExecutor threads(String name) {
		ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(QUEUE), (task) -> new AskingThread(task, "migration-source-" + name));
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

	StageSource source() {
		return this.source;
	}

	/**
	 * Whether this thread is already asking a source, which must not ask for the stage of
	 * a flag in turn.
	 */
	static boolean isAsking() {
		return Thread.currentThread() instanceof AskingThread;
	}

	/**
	 * Asks for a stage.
	 * @return the stage, or {@code null} if the source does not know the flag
	 * @throws Hang if it took longer than the limit
	 * @throws SourceFailure if there is no answer for another reason
	 */
	@Nullable MigrationStage ask(String flag, MigrationContext context) throws Hang, SourceFailure {
		if (this.threads == null) {
			try {
				return this.source.stage(flag, context);
			}
			catch (Throwable ex) {
				throw new SourceFailure("failed", ex);
			}
		}
		FutureTask<@Nullable MigrationStage> task = new FutureTask<>(() -> this.source.stage(flag, context));
		try {
			this.threads.execute(task);
		}
		catch (RejectedExecutionException ex) {
			throw new Hang();
		}
		return await(task);
	}

	/**
	 * Waits up to the limit, also if the caller has been interrupted: the interrupt is
	 * meant for its own work.
	 */
	private @Nullable MigrationStage await(FutureTask<@Nullable MigrationStage> task) throws Hang, SourceFailure {
		long deadline = System.nanoTime() + LIMIT_NANOS;
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (TimeoutException ex) {
			task.cancel(true);
			throw new Hang();
		}
		catch (ExecutionException ex) {
			throw new SourceFailure("failed", ex.getCause());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void close() {
		this.endOfChanges.run();
		if (this.threads != null) {
			this.threads.shutdownNow();
		}
	}

	/**
	 * The source has not answered in time.
	 */
	static final class Hang extends Exception {

		Hang() {
			super("no answer within 200 ms", null, false, false);
		}

	}

	private static final class AskingThread extends Thread {

		AskingThread(Runnable task, String name) {
			super(null, task, name, 0, false);
			setDaemon(true);
		}

	}

}
