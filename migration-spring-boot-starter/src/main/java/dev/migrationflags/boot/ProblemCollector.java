package dev.migrationflags.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
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

	private final Set<ConfigurationPropertyName> unknown;

	/**
	 * Collects problems.
	 * @param problems where to put them
	 * @param skipped the names that are not to be bound
	 */
	ProblemCollector(List<Problem> problems, Predicate<ConfigurationPropertyName> skipped) {
		this(problems, skipped, Set.of());
	}

	/**
	 * Collects problems.
	 * @param problems where to put them
	 * @param skipped the names that are not to be bound
	 * @param unknown the names that have been reported as unknown
	 */
	ProblemCollector(List<Problem> problems, Predicate<ConfigurationPropertyName> skipped,
			Set<ConfigurationPropertyName> unknown) {
		this.problems = problems;
		this.skipped = skipped;
		this.unknown = unknown;
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
		if (error instanceof UnboundConfigurationPropertiesException unbound) {
			addUnbound(name, unbound);
			return null;
		}
		this.failed.add(name);
		this.problems.add(problem(name, target, property(name, context), error));
		return null;
	}

	/**
	 * Whether a property was set, but could not be read.
	 * @param name its name
	 * @return whether it has failed
	 */
	boolean hasFailed(ConfigurationPropertyName name) {
		return this.failed.contains(name);
	}

	/**
	 * Elements of a list that were not reached. After another failure in the list that is
	 * a consequence, and of unknown properties it has been said.
	 */
	private void addUnbound(ConfigurationPropertyName name, UnboundConfigurationPropertiesException error) {
		if (this.failed.stream().anyMatch(name::isAncestorOf)) {
			return;
		}
		error.getUnboundProperties()
			.stream()
			.filter((property) -> !this.unknown.contains(property.getName()))
			.forEach((property) -> this.problems
				.add(new Problem("A list has a gap before this element", PropertyPlace.of(property.getName(), property),
						"Number the elements of '%s' from 0, without gaps".formatted(name))));
	}

	/**
	 * The property of a name. The context still has the one before, if this is a group.
	 */
	private static @Nullable ConfigurationProperty property(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

	private static Problem problem(ConfigurationPropertyName name, Bindable<?> target,
			@Nullable ConfigurationProperty property, Exception error) {
		String where = PropertyPlace.of(name, property);
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
