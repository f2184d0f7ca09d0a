package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.ResolvableType;

/**
 * The annotated methods of one class.
 */
final class MigrationClass {

	private static final Comparator<MigrationMethod> ORDER = Comparator.comparing(MigrationMethod::operation)
		.thenComparing(MigrationMethod::origin, Comparator.nullsLast(Comparator.naturalOrder()))
		.thenComparing(MigrationMethod::signature);

	private final Class<?> type;

	private final Map<Method, MigrationMethod> methods;

	private final @Nullable KeyedClass keyed;

	private final List<Problem> problems;

	MigrationClass(Class<?> type, Map<Method, MigrationMethod> methods, @Nullable KeyedClass keyed,
			List<Problem> problems) {
		this.type = type;
		this.methods = methods;
		this.keyed = keyed;
		this.problems = problems;
	}

	/**
	 * The methods that name a flag and a side.
	 */
	List<MigrationMethod> complete() {
		return this.methods.values()
			.stream()
			.filter((method) -> method.flag() != null && method.origin() != null)
			.toList();
	}

	/**
	 * The methods that lack a flag or a side.
	 */
	List<MigrationMethod> incomplete() {
		return this.methods.values()
			.stream()
			.filter((method) -> method.flag() == null || method.origin() == null)
			.toList();
	}

	/**
	 * The side that the class gives access to by key.
	 * @return the side, or {@code null} if it is no keyed store
	 */
	@Nullable KeyedClass keyed() {
		return this.keyed;
	}

	List<Problem> problems() {
		return this.problems;
	}

	boolean isEmpty() {
		return this.methods.isEmpty() && this.keyed == null && this.problems.isEmpty();
	}

	/**
	 * The annotated method that a call of a method runs.
	 * @param method the method that is called: of the class, or of an interface of it
	 * @return what its annotations mean, or {@code null} if it has none
	 */
	@Nullable MigrationMethod find(Method method) {
		MigrationMethod found = this.methods.get(method);
		if (found == null) {
			found = this.methods.get(AopUtils.getMostSpecificMethod(method, this.type));
		}
		if (found == null) {
			found = this.methods.get(BridgeMethodResolver.findBridgedMethod(method));
		}
		return (found != null) ? found : overridden(method);
	}

	/**
	 * A proxy class has no methods of its own to ask, and a call may name the method of
	 * any of its interfaces.
	 */
	private @Nullable MigrationMethod overridden(Method method) {
		for (MigrationMethod candidate : this.methods.values()) {
			Method declared = candidate.method();
			if (declared.getName().equals(method.getName())
					&& declared.getParameterCount() == method.getParameterCount()
					&& method.getDeclaringClass().isAssignableFrom(declared.getDeclaringClass())
					&& candidate.parameterTypes().equals(parameterTypes(method, declared.getDeclaringClass()))) {
				return candidate;
			}
		}
		return null;
	}

	private static List<@Nullable Class<?>> parameterTypes(Method method, Class<?> in) {
		List<@Nullable Class<?>> types = new ArrayList<>();
		for (int index = 0; index < method.getParameterCount(); index++) {
			types.add(ResolvableType.forMethodParameter(method, index, in).resolve());
		}
		return types;
	}

	/**
	 * Of a method that several interfaces declare, only the most specific is kept. In an
	 * order of our own: the JVM gives methods in any, and people compare what start-up
	 * tells them.
	 */
	static Map<Method, MigrationMethod> distinct(Collection<MigrationMethod> methods) {
		Map<List<Object>, MigrationMethod> bySignature = new LinkedHashMap<>();
		for (MigrationMethod method : methods) {
			List<Object> signature = List.of(method.method().getName(), method.parameterTypes());
			bySignature.merge(signature, method, (one,
					other) -> one.method().getDeclaringClass().isAssignableFrom(other.method().getDeclaringClass())
							? other : one);
		}
		Map<Method, MigrationMethod> distinct = new LinkedHashMap<>();
		bySignature.values().stream().sorted(ORDER).forEach((method) -> distinct.put(method.method(), method));
		return distinct;
	}

	/**
	 * A class that is a {@link dev.migrationflags.KeyedStore}.
	 *
	 * @param flag its flag
	 * @param origin its side
	 */
	record KeyedClass(String flag, MigrationOrigin origin) {
	}

}
