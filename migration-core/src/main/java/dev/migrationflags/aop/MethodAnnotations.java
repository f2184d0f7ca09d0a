package dev.migrationflags.aop;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * The annotations on a method and on what it overrides and implements, nearest first.
 */
final class MethodAnnotations {

	private final List<MergedAnnotations> hierarchies = new ArrayList<>();

	MethodAnnotations(Method method, Class<?> type) {
		this.hierarchies.add(MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY));
		if (method.getDeclaringClass() != type && !method.getDeclaringClass().isInterface()) {
			addImplemented(method, type);
		}
	}

	/**
	 * A class need not know the interface that its subclass makes it implement.
	 */
	private void addImplemented(Method method, Class<?> type) {
		for (Method declared : implemented(method, type)) {
			if (!declared.getDeclaringClass().isAssignableFrom(method.getDeclaringClass())) {
				this.hierarchies.add(MergedAnnotations.from(declared, SearchStrategy.TYPE_HIERARCHY));
			}
		}
	}

	/**
	 * The interface methods that a method of a class implements.
	 */
	static List<Method> implemented(Method method, Class<?> type) {
		List<Method> implemented = new ArrayList<>();
		for (Class<?> candidate : ClassUtils.getAllInterfacesForClassAsSet(type)) {
			for (Method declared : candidate.getMethods()) {
				if (declared.getName().equals(method.getName())
						&& declared.getParameterCount() == method.getParameterCount()
						&& BridgeMethodResolver.findBridgedMethod(ClassUtils.getMostSpecificMethod(declared, type))
							.equals(method)) {
					implemented.add(declared);
				}
			}
		}
		return implemented;
	}

	<A extends Annotation> List<MergedAnnotation<A>> of(Class<A> annotationType) {
		return this.hierarchies.stream().flatMap((annotations) -> annotations.stream(annotationType)).toList();
	}

}
