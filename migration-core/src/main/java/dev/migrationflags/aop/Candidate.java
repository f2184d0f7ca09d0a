package dev.migrationflags.aop;

import java.util.List;
import java.util.Objects;

/**
 * An annotated method of a bean, with flag and side.
 *
 * @param beanName the bean
 * @param method the method
 */
record Candidate(String beanName, MigrationMethod method) {

	Key key() {
		return new Key(Objects.requireNonNull(this.method.flag()), this.method.operation(),
				this.method.parameterTypes());
	}

	String where() {
		return this.method.where(this.beanName);
	}

	/**
	 * What the two methods of a pair have in common.
	 */
	record Key(String flag, String operation, List<Class<?>> parameterTypes) {

		String describe() {
			return "operation '%s(%s)' of flag '%s'".formatted(this.operation,
					String.join(", ", this.parameterTypes.stream().map(Class::getSimpleName).toList()), this.flag);
		}

	}

}
