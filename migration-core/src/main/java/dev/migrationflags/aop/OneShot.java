package dev.migrationflags.aop;

import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import dev.migrationflags.engine.ResultKind;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/**
 * Results that can be consumed once only, so that comparing them would take them from the
 * caller.
 */
final class OneShot {

	private static final List<Class<?>> TYPES = List.of(Future.class, CompletionStage.class, BaseStream.class,
			InputStream.class, Iterator.class, DataBuffer.class);

	private static final @Nullable Class<?> PUBLISHER = present("org.reactivestreams.Publisher");

	private static final List<Class<?>> LATER = List.of(Future.class, CompletionStage.class);

	private OneShot() {
	}

	/**
	 * Why the results of a read cannot be compared.
	 * @return the reason, or {@code null} if they can
	 */
	static @Nullable String reason(MigrationMethod method) {
		ResolvableType returned = method.returnType();
		boolean later = ResultKinds.of(method) != ResultKind.VALUE;
		Class<?> type = (later ? returned.getGeneric(0) : returned).resolve(Object.class);
		if (TYPES.stream().anyMatch((oneShot) -> oneShot.isAssignableFrom(type)) || isPublisher(type)) {
			return "returns " + (later ? returned.toClass().getSimpleName() + " of " : "") + type.getSimpleName()
					+ ", which can be consumed once only";
		}
		return isAsync(method) ? "is @Async" : null;
	}

	/**
	 * Why the return of a write does not tell that it is done.
	 * @return the reason, or {@code null} if it does, or if its end can be followed
	 */
	static @Nullable String unfinished(MigrationMethod method) {
		if (ResultKinds.of(method) != ResultKind.VALUE) {
			return null;
		}
		Class<?> type = method.returnType().resolve(Object.class);
		if (LATER.stream().anyMatch((later) -> later.isAssignableFrom(type)) || isPublisher(type)) {
			return "returns " + type.getSimpleName();
		}
		return isAsync(method) ? "is @Async" : null;
	}

	private static boolean isPublisher(Class<?> type) {
		return PUBLISHER != null && PUBLISHER.isAssignableFrom(type);
	}

	private static boolean isAsync(MigrationMethod method) {
		return AnnotatedElementUtils.hasAnnotation(method.method(), Async.class)
				|| AnnotatedElementUtils.hasAnnotation(method.targetClass(), Async.class);
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
