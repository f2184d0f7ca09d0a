package dev.migrationflags.engine.pool;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Threads that belong to the application and not to the caller who happens to need the
 * first of them: they inherit nothing from that caller's thread, neither the values of
 * inheritable thread-locals, which may be a user's login, nor a class loader.
 */
public final class DaemonThreads implements ThreadFactory {

	private final String name;

	private final boolean numbered;

	private final @Nullable ClassLoader classLoader;

	private final AtomicInteger count = new AtomicInteger();

	private DaemonThreads(String name, boolean numbered) {
		this.name = name;
		this.numbered = numbered;
		this.classLoader = Thread.currentThread().getContextClassLoader();
	}

	/**
	 * A factory for one thread at a time. Its context class loader is that of the current
	 * thread.
	 * @param name the name of the thread
	 * @return the factory
	 */
	public static ThreadFactory named(String name) {
		return new DaemonThreads(name, false);
	}

	/**
	 * A factory for many threads. Their context class loader is that of the current
	 * thread.
	 * @param prefix what their names begin with; a number follows
	 * @return the factory
	 */
	public static ThreadFactory numbered(String prefix) {
		return new DaemonThreads(prefix, true);
	}

	/**
	 * A factory for many virtual threads, where the JVM has them (21 and later). Their
	 * context class loader is that of the current thread.
	 * @param prefix what their names begin with; a number follows
	 * @return the factory, or {@link #numbered} where the JVM has none
	 */
	public static ThreadFactory virtual(String prefix) {
		ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
		try {
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
			Method factoryMethod = type.getMethod("factory");
			ThreadFactory factory = (ThreadFactory) factoryMethod.invoke(builder);
			return (task) -> {
				Thread thread = factory.newThread(task);
				thread.setContextClassLoader(classLoader);
				return thread;
			};
		}
		catch (ReflectiveOperationException ex) {
			return numbered(prefix);
		}
	}

	@Override
	public Thread newThread(Runnable task) {
		String name = this.numbered ? this.name + this.count.incrementAndGet() : this.name;
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(this.classLoader);
		return thread;
	}

}
