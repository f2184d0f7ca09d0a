package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.OperationType;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * What the annotations on one method of one class mean.
 *
 * @param type whether it reads or writes
 * @param flag the key of the flag, or {@code null} if neither method nor type names one
 * @param origin the side, or {@code null} if neither method nor type names one
 * @param operation the name of the operation
 * @param context the expression for the context key
 * @param key the expression for the key of the entity
 * @param mirror the expression for the arguments of the secondary write
 * @param method the method of the class
 * @param targetClass the class
 * @param transactionManager the bean name of the transaction manager, empty if none is
 * named
 * @param onInterface whether the annotation stands on an interface that others may
 * implement too
 */
record MigrationMethod(OperationType type, @Nullable String flag, @Nullable MigrationOrigin origin, String operation,
		Source context, Source key, Source mirror, Method method, Class<?> targetClass, String transactionManager,
		boolean onInterface) {

	/**
	 * The types of the parameters, generics of the class resolved.
	 */
	List<Class<?>> parameterTypes() {
		List<Class<?>> types = new ArrayList<>();
		for (int index = 0; index < this.method.getParameterCount(); index++) {
			ResolvableType type = ResolvableType.forMethodParameter(this.method, index, this.targetClass);
			types.add(type.resolve(this.method.getParameterTypes()[index]));
		}
		return types;
	}

	ResolvableType returnType() {
		return ResolvableType.forMethodReturnType(this.method, this.targetClass);
	}

	String where(String beanName) {
		return "bean '%s', method %s".formatted(beanName, signature());
	}

	String signature() {
		List<String> types = parameterTypes().stream().map(Class::getSimpleName).toList();
		return "%s.%s(%s)".formatted(this.targetClass.getSimpleName(), this.method.getName(), String.join(", ", types));
	}

	/**
	 * An expression and the method on which it is written, whose parameters it names.
	 *
	 * @param expression the expression, empty if there is none
	 * @param method where it is written
	 */
	record Source(String expression, Method method) {

		boolean isPresent() {
			return !this.expression.isBlank();
		}

	}

}
