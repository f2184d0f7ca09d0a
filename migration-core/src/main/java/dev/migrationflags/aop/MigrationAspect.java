package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.Arrays;

import org.aspectj.lang.Aspects;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.reflect.MethodSignature;
import org.jspecify.annotations.Nullable;

/**
 * Intercepts annotated methods by weaving, so that calls through {@code this}, private
 * and final methods are migrated too. Woven code belongs to a class, not to an
 * application context: with several contexts in one JVM that use this mode, the one that
 * started last runs the operations.
 */
@Aspect
public final class MigrationAspect {

	private static volatile @Nullable MigrationOperations operations;

	/**
	 * Runs a call of an annotated method, or of a method of an annotated type, whose
	 * annotation may stand on an interface.
	 * @param joinPoint the call
	 * @return what the caller gets
	 * @throws Throwable what the caller gets
	 */
	@Around("(execution(@dev.migrationflags.MigrationRead * *(..))"
			+ " || execution(@dev.migrationflags.MigrationWrite * *(..))"
			+ " || execution(@(@dev.migrationflags.MigrationRead *) * *(..))"
			+ " || execution(@(@dev.migrationflags.MigrationWrite *) * *(..))"
			+ " || execution(!static * (@dev.migrationflags.Migration *).*(..))"
			+ " || execution(!static * (@(@dev.migrationflags.Migration *) *).*(..)))")
	public @Nullable Object route(ProceedingJoinPoint joinPoint) throws Throwable {
		MigrationOperations operations = MigrationAspect.operations;
		if (operations == null) {
			return joinPoint.proceed();
		}
		Method method = ((MethodSignature) joinPoint.getSignature()).getMethod();
		Object target = joinPoint.getTarget();
		BoundMethod bound = operations.find(method, (target != null) ? target.getClass() : method.getDeclaringClass());
		if (bound == null) {
			return joinPoint.proceed();
		}
		@Nullable Object[] inside = Inside.current();
		if (Inside.is(inside, bound.operation())) {
			return joinPoint.proceed();
		}
		return bound.operation().execute(new WovenCall(bound, joinPoint, method, inside));
	}

	/**
	 * Hands the woven calls to the operations of a context.
	 * @param operations the operations
	 */
	public static void use(MigrationOperations operations) {
		MigrationAspect.operations = operations;
	}

	/**
	 * Lets woven calls through again, when the context that runs them closes.
	 * @param operations the operations of that context
	 */
	public static void release(MigrationOperations operations) {
		if (MigrationAspect.operations == operations) {
			MigrationAspect.operations = null;
		}
	}

	/**
	 * Whether a weaver is at work: it gives this class an instance.
	 * @return whether aspects are woven
	 */
	public static boolean isWeaving() {
		return Aspects.hasAspect(MigrationAspect.class);
	}

	/**
	 * Whether a class was loaded through the weaver.
	 */
	static boolean isWoven(Class<?> type) {
		return Arrays.stream(type.getDeclaredFields()).anyMatch((field) -> field.getName().startsWith("ajc$tjp_"));
	}

}
