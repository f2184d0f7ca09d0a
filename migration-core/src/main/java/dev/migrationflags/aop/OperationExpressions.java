package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.metrics.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.TypeDescriptor;

/**
 * The expressions of one operation. Where both methods of the pair have a context or key
 * expression, that of the old one is used: both see the same arguments.
 */
final class OperationExpressions {

	private static final Logger logger = LoggerFactory.getLogger(OperationExpressions.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final @Nullable ArgumentsExpression context;

	private final String contextKind;

	private final @Nullable ArgumentsExpression key;

	private final @Nullable Mirror oldAuthority;

	private final @Nullable Mirror newAuthority;

	private final Consumer<String> failures;

	/**
	 * Creates the expressions.
	 * @param context gives the context key
	 * @param contextKind the kind of the flag's contexts
	 * @param key gives the key of the entity
	 * @param oldAuthority mirrors a write of the old side
	 * @param newAuthority mirrors a write of the new side
	 * @param failures counts expressions that failed, {@code context} or {@code key}
	 */
	OperationExpressions(@Nullable ArgumentsExpression context, String contextKind, @Nullable ArgumentsExpression key,
			@Nullable Mirror oldAuthority, @Nullable Mirror newAuthority, Consumer<String> failures) {
		this.context = context;
		this.contextKind = contextKind;
		this.key = key;
		this.oldAuthority = oldAuthority;
		this.newAuthority = newAuthority;
		this.failures = failures;
	}

	@Nullable MigrationContext context(@Nullable Object[] arguments) {
		if (this.context == null) {
			return null;
		}
		try {
			Object value = this.context.evaluate(arguments, null);
			return (value != null) ? MigrationContext.of(this.contextKind, value.toString())
					: MigrationContext.anonymous();
		}
		catch (Throwable ex) {
			failed("context", "A context expression failed: the call counts as anonymous", ex);
			return MigrationContext.anonymous();
		}
	}

	boolean hasKey() {
		return this.key != null;
	}

	/**
	 * Whether the key is known from the result only.
	 */
	boolean hasKeyOfResult() {
		return this.key != null && this.key.isOfResult();
	}

	/**
	 * The key without the result. An expression that knows the result may do without it:
	 * {@code #order.id ?: #result.id}. If it cannot, the key is not known yet; it is
	 * asked again, and counted if it fails then.
	 */
	@Nullable Object keyBefore(@Nullable Object[] arguments) {
		if (this.key == null || this.key.isOfResult()) {
			return null;
		}
		try {
			return this.key.evaluate(arguments, null);
		}
		catch (Throwable ex) {
			return null;
		}
	}

	@Nullable Object key(@Nullable Object[] arguments, @Nullable Object result) {
		if (this.key == null) {
			return null;
		}
		try {
			return this.key.evaluate(arguments, result);
		}
		catch (Throwable ex) {
			failed("key", "A key expression failed: the call has no key", ex);
			return null;
		}
	}

	private void failed(String source, String message, Throwable cause) {
		this.failures.accept(source);
		this.trouble.warn(message, cause);
	}

	@Nullable Mirror mirror(MigrationOrigin authority) {
		return (authority == MigrationOrigin.OLD) ? this.oldAuthority : this.newAuthority;
	}

	/**
	 * Makes the arguments of the secondary write.
	 *
	 * @param expression gives them
	 * @param parameters the parameters of the secondary method
	 */
	record Mirror(ArgumentsExpression expression, List<TypeDescriptor> parameters) {

		static Mirror of(ArgumentsExpression expression, Method secondary) {
			List<TypeDescriptor> parameters = new ArrayList<>();
			for (int index = 0; index < secondary.getParameterCount(); index++) {
				parameters.add(new TypeDescriptor(new MethodParameter(secondary, index)));
			}
			return new Mirror(expression, parameters);
		}

		@Nullable Object[] arguments(@Nullable Object[] original, @Nullable Object result) {
			Object value = this.expression.evaluate(original, result);
			@Nullable Object[] arguments = new @Nullable Object[this.parameters.size()];
			if (this.expression.listSize() >= 0 && value instanceof List<?> list) {
				for (int index = 0; index < arguments.length; index++) {
					arguments[index] = this.expression.convert(list.get(index), this.parameters.get(index));
				}
			}
			else {
				arguments[0] = this.expression.convert(value, this.parameters.get(0));
			}
			return arguments;
		}

	}

}
