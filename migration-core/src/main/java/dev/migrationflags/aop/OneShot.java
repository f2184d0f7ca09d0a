package dev.migrationflags.aop;

import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/**
 * Results that can be consumed once only, so that comparing them would take them from the
 * caller.
 */
final class OneShot {

	private static final List<Class<?>> TYPES = List.of(Future.class, CompletionStage.class, BaseStream.class,
			InputStream.class, Iterator.class);

	private static final @Nullable Class<?> PUBLISHER = present("org.reactivestreams.Publisher");

	private OneShot() {
	}

	/**
	 * Why the results of a read cannot be compared.
	 * @return the reason, or {@code null} if they can
	 */
	static @Nullable String reason(MigrationMethod method) {
		Class<?> type = method.returnType().resolve(Object.class);
		if (TYPES.stream().anyMatch((oneShot) -> oneShot.isAssignableFrom(type))
				|| (PUBLISHER != null && PUBLISHER.isAssignableFrom(type))) {
			return "returns " + type.getSimpleName() + ", which can be consumed once only";
		}
		if (AnnotatedElementUtils.hasAnnotation(method.method(), Async.class)
				|| AnnotatedElementUtils.hasAnnotation(method.targetClass(), Async.class)) {
			return "is @Async";
		}
		return null;
	}

	private static @Nullable Class<?> present(String name) {
		try {
			return ClassUtils.forName(name, OneShot.class.getClassLoader());
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

}
