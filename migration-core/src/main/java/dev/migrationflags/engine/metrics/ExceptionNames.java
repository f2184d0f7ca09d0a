package dev.migrationflags.engine.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of the tag {@code exception}: simple class names, 50 of them, then
 * {@code other}, so that a side that makes up exception classes cannot flood the
 * registry.
 */
final class ExceptionNames {

	static final String NONE = "none";

	static final String OTHER = "other";

	private static final int LIMIT = 50;

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	String of(Throwable error) {
		String name = name(error.getClass());
		if (this.known.contains(name)) {
			return name;
		}
		synchronized (this.known) {
			if (this.known.size() < LIMIT) {
				this.known.add(name);
			}
			return this.known.contains(name) ? name : OTHER;
		}
	}

	private static String name(Class<?> type) {
		Class<?> named = type;
		while (named.getSimpleName().isEmpty() && named.getSuperclass() != null) {
			named = named.getSuperclass();
		}
		return named.getSimpleName();
	}

}
