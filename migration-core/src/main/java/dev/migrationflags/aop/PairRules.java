package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import dev.migrationflags.flags.Problem;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What the two methods of an operation must agree on, so that the caller of either gets
 * what it can handle.
 */
final class PairRules {

	private PairRules() {
	}

	static void check(Pair pair, List<Problem> problems) {
		MigrationMethod oldMethod = pair.oldSide().method();
		MigrationMethod newMethod = pair.newSide().method();
		String where = pair.oldSide().where() + "; " + pair.newSide().where();
		String operation = "The two sides of " + pair.key().describe();
		if (oldMethod.type() != newMethod.type()) {
			problems.add(new Problem(
					"%s are a %s and a %s".formatted(operation, oldMethod.type().key(), newMethod.type().key()), where,
					"Annotate both with @MigrationRead or both with @MigrationWrite"));
		}
		if (!compatible(oldMethod.returnType(), newMethod.returnType())) {
			problems.add(new Problem(
					"%s return %s and %s".formatted(operation, oldMethod.returnType(), newMethod.returnType()), where,
					"Let both methods return the same type"));
		}
		exceptions(oldMethod.method(), newMethod.method(), operation, where, problems);
		exceptions(newMethod.method(), oldMethod.method(), operation, where, problems);
	}

	private static boolean compatible(ResolvableType oldType, ResolvableType newType) {
		ResolvableType one = boxed(oldType);
		ResolvableType other = boxed(newType);
		boolean alikeVoid = (one.resolve() == void.class) == (other.resolve() == void.class);
		return alikeVoid && one.isAssignableFrom(other) && other.isAssignableFrom(one);
	}

	private static ResolvableType boxed(ResolvableType type) {
		Class<?> raw = type.resolve(Object.class);
		return raw.isPrimitive() ? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(raw)) : type;
	}

	private static void exceptions(Method declaring, Method other, String operation, String where,
			List<Problem> problems) {
		for (Class<?> exception : declaring.getExceptionTypes()) {
			boolean unchecked = RuntimeException.class.isAssignableFrom(exception)
					|| Error.class.isAssignableFrom(exception);
			if (!unchecked
					&& Arrays.stream(other.getExceptionTypes()).noneMatch((type) -> type.isAssignableFrom(exception))) {
				problems.add(new Problem(
						"%s declare different checked exceptions: only %s declares %s".formatted(operation,
								declaring.getDeclaringClass().getSimpleName(), exception.getSimpleName()),
						where, "Declare '%s' on both methods".formatted(exception.getSimpleName())));
			}
		}
	}

}
