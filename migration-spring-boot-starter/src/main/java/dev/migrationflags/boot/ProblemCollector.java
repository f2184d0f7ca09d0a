package dev.migrationflags.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;

/**
 * Goes on after a property that cannot be bound, as if it were not set, and remembers
 * what was wrong with it.
 */
final class ProblemCollector implements BindHandler {

	private final List<Problem> problems;

	private final List<ConfigurationPropertyName> failed = new ArrayList<>();

	private final Predicate<ConfigurationPropertyName> skipped;

	ProblemCollector(List<Problem> problems, Predicate<ConfigurationPropertyName> skipped) {
		this.problems = problems;
		this.skipped = skipped;
	}

	@Override
	@SuppressWarnings("NullAway") // null means: do not bind
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		return this.skipped.test(name) ? null : target;
	}

	@Override
	@SuppressWarnings("NullAway") // null means: not set
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) {
		// what is left unbound after another failure is no failure of its own
		boolean consequence = error instanceof UnboundConfigurationPropertiesException
				&& this.failed.stream().anyMatch((failed) -> failed.equals(name) || name.isAncestorOf(failed));
		if (!consequence) {
			this.failed.add(name);
			this.problems.add(problem(name, target, context.getConfigurationProperty(), error));
		}
		return null;
	}

	private static Problem problem(ConfigurationPropertyName name, Bindable<?> target,
			@Nullable ConfigurationProperty property, Exception error) {
		String where = where(name, property);
		Throwable conversion = conversion(error);
		if (conversion instanceof ConversionFailedException failed) {
			Class<?> type = failed.getTargetType().getType();
			return new Problem("'%s' is not valid".formatted(failed.getValue()), where, expected(type));
		}
		if (conversion instanceof ConverterNotFoundException && property != null) {
			return new Problem("'%s' stands where a group of properties is expected".formatted(property.getValue()),
					where, "Set the properties below it");
		}
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
		return new Problem("The property cannot be read: " + cause.getMessage(), where,
				"Write a value of type " + target.getType());
	}

	private static @Nullable Throwable conversion(Exception error) {
		Throwable candidate = error;
		while (candidate != null && !(candidate instanceof ConversionFailedException)
				&& !(candidate instanceof ConverterNotFoundException)) {
			candidate = candidate.getCause();
		}
		return candidate;
	}

	static String where(ConfigurationPropertyName name, @Nullable ConfigurationProperty property) {
		return "property '%s'%s".formatted((property != null) ? property.getName() : name,
				(property != null && property.getOrigin() != null) ? ", " + property.getOrigin() : "");
	}

	private static String expected(Class<?> type) {
		if (type == MigrationStage.class) {
			return "Use one of "
					+ Arrays.stream(MigrationStage.values()).map(MigrationStage::key).collect(Collectors.joining(", "));
		}
		if (type.isEnum()) {
			return "Use one of " + Arrays.stream(type.getEnumConstants())
				.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.collect(Collectors.joining(", "));
		}
		if (type == Duration.class) {
			return "Use a duration such as 500ms, 2s or 1m";
		}
		if (type == Boolean.class || type == boolean.class) {
			return "Use true or false";
		}
		if (type == Integer.class || type == int.class) {
			return "Use a whole number";
		}
		if (type == Double.class) {
			return "Use a number such as 12.5";
		}
		return "Use a value of type " + type.getSimpleName();
	}

}
