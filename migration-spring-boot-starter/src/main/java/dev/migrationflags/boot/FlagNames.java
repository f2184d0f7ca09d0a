package dev.migrationflags.boot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.migrationflags.boot.KnownProperties.Unknown;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The names under {@code migration.flags}: which flags they define, and which of them
 * nobody knows. An environment variable cannot write a dash, so
 * {@code MIGRATION_FLAGS_ORDERSDB_STAGE} and {@code MIGRATION_FLAGS_ORDERS_DB_STAGE} are
 * of the flag {@code orders-db}, if that is defined elsewhere.
 */
final class FlagNames {

	static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of(MigrationProperties.PREFIX + ".flags");

	private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*");

	private final Set<String> beans;

	/**
	 * The keys in properties, by the name under which Spring Boot compares them.
	 */
	private final Map<String, String> keys = new LinkedHashMap<>();

	private final Set<String> badKeys = new HashSet<>();

	private final Set<ConfigurationPropertyName> unknown = new HashSet<>();

	private final List<Problem> problems;

	FlagNames(Iterable<ConfigurationPropertySource> sources, Set<String> beans, List<Problem> problems) {
		this.beans = beans;
		this.problems = problems;
		List<Name> fromFiles = new ArrayList<>();
		List<Name> fromEnvironment = new ArrayList<>();
		for (ConfigurationPropertySource source : sources) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				boolean environment = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
				iterable.stream()
					.filter(PREFIX::isAncestorOf)
					.map((name) -> new Name(name, source))
					.forEach((environment ? fromEnvironment : fromFiles)::add);
			}
		}
		fromFiles.forEach(this::addFromFile);
		fromEnvironment.forEach(this::addFromEnvironment);
	}

	/**
	 * The flags that have properties.
	 * @return their keys, in order of definition
	 */
	Collection<String> keys() {
		return this.keys.values();
	}

	/**
	 * The names that have been reported.
	 * @return names of properties that will not be bound
	 */
	Set<ConfigurationPropertyName> unknown() {
		return this.unknown;
	}

	private void addFromFile(Name name) {
		String key = name.elements().get(0);
		if (!KEY.matcher(key).matches()) {
			addBadKey(key, name, new Problem("'%s' is no key of a flag".formatted(key), name.where(),
					"Begin with a lower-case letter, go on with lower-case letters, digits and dashes, such as '%s'"
						.formatted(suggestedKey(key))));
			return;
		}
		String other = define(key);
		if (!other.equals(key)) {
			addBadKey(key, name,
					new Problem(
							"The flags '%s' and '%s' differ by dashes only, which Spring Boot does not tell apart"
								.formatted(other, key),
							name.where(), "Use one key for both, or another name for one of them"));
			return;
		}
		List<String> rest = name.elements().subList(1, name.elements().size());
		addUnknown(KnownProperties.IN_FILES.check(FlagProperties.class, rest), key, name);
	}

	/**
	 * Notes that a flag has properties.
	 * @return the key of the flag, which is another one if the two look the same to
	 * Spring Boot
	 */
	private String define(String key) {
		String uniform = KnownProperties.uniform(key);
		String bean = this.beans.stream()
			.filter((candidate) -> KnownProperties.uniform(candidate).equals(uniform))
			.findFirst()
			.orElse(key);
		String known = this.keys.putIfAbsent(uniform, bean);
		return (known != null) ? known : bean;
	}

	private void addFromEnvironment(Name name) {
		List<String> elements = name.elements();
		Unknown unknown = KnownProperties.IN_FILES.check(FlagProperties.class, elements.subList(1, elements.size()));
		if (unknown == null) {
			define(elements.get(0));
			return;
		}
		Set<String> candidates = new LinkedHashSet<>(this.keys.values());
		candidates.addAll(this.beans);
		for (String candidate : candidates) {
			List<String> words = KnownProperties.words(candidate);
			if (KnownProperties.startsWith(elements, words) && KnownProperties.WORD_BY_WORD.check(FlagProperties.class,
					elements.subList(words.size(), elements.size())) == null) {
				define(candidate);
				return;
			}
		}
		addUnknown(unknown, elements.get(0), name);
	}

	private void addUnknown(@Nullable Unknown unknown, String key, Name name) {
		if (unknown != null) {
			this.unknown.add(name.name());
			this.problems.add(new Problem("Flag '%s' has no property '%s'".formatted(key, unknown.part()), name.where(),
					unknown.suggestion()));
		}
	}

	/**
	 * A key is reported once, however many properties it has.
	 */
	private void addBadKey(String key, Name name, Problem problem) {
		this.unknown.add(name.name());
		if (this.badKeys.add(key)) {
			this.problems.add(problem);
		}
	}

	private static String suggestedKey(String key) {
		String dashed = key.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^a-z0-9]+", "-")
			.replaceAll("^[^a-z]+|-+$", "");
		return dashed.isEmpty() ? "orders-db" : dashed;
	}

	/**
	 * A name and where it stands.
	 */
	private record Name(ConfigurationPropertyName name, ConfigurationPropertySource source) {

		/**
		 * The elements below {@code migration.flags}, as they were written.
		 */
		List<String> elements() {
			List<String> elements = new ArrayList<>();
			for (int i = PREFIX.getNumberOfElements(); i < this.name.getNumberOfElements(); i++) {
				elements.add(this.name.getElement(i, Form.ORIGINAL));
			}
			return elements;
		}

		String where() {
			return PropertyPlace.of(this.name, this.source.getConfigurationProperty(this.name));
		}

	}

}
