package dev.migrationflags.boot;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.PropertyMatches;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.StringUtils;

/**
 * Which property names the records of a set of properties know.
 */
final class KnownProperties {

	/**
	 * Names have the dashes that they have in files.
	 */
	static final KnownProperties IN_FILES = new KnownProperties(false);

	/**
	 * Names of several words have several elements, as Spring Boot also understands
	 * environment variables: {@code READ_CHECK_SAMPLING}.
	 */
	static final KnownProperties WORD_BY_WORD = new KnownProperties(true);

	private final boolean wordByWord;

	private KnownProperties(boolean wordByWord) {
		this.wordByWord = wordByWord;
	}

	/**
	 * What is wrong with a name.
	 * @param type the type of the group in which the name is looked up
	 * @param name the elements of the name
	 * @return the unknown part and what could be meant, or {@code null} if the name is
	 * known
	 */
	@Nullable Unknown check(Type type, List<String> name) {
		if (name.isEmpty()) {
			return null;
		}
		if (type instanceof Class<?> group && group.isRecord()) {
			return checkGroup(group, name);
		}
		if (type instanceof ParameterizedType parameterized) {
			Type value = parameterized.getActualTypeArguments()[parameterized.getActualTypeArguments().length - 1];
			if (Map.class.isAssignableFrom((Class<?>) parameterized.getRawType())) {
				// a key may be a path, unless something else comes after it
				return isScalar(value) ? null : check(value, name.subList(1, name.size()));
			}
			if (Collection.class.isAssignableFrom((Class<?>) parameterized.getRawType())
					&& name.get(0).chars().allMatch(Character::isDigit)) {
				return check(value, name.subList(1, name.size()));
			}
		}
		return new Unknown(String.join(".", name), List.of(),
				"Nothing may come after the name of the property; a key with a dot is written in brackets");
	}

	private static boolean isScalar(Type type) {
		return type instanceof Class<?> group && !group.isRecord();
	}

	private @Nullable Unknown checkGroup(Class<?> group, List<String> name) {
		for (RecordComponent component : group.getRecordComponents()) {
			int length = matchingElements(component.getName(), name);
			if (length > 0) {
				return check(component.getGenericType(), name.subList(length, name.size()));
			}
		}
		List<String> known = Arrays.stream(group.getRecordComponents())
			.map((component) -> DataObjectPropertyName.toDashedForm(component.getName()))
			.toList();
		return new Unknown(name.get(0), similar(group, name.get(0)), "Use one of " + String.join(", ", known));
	}

	/**
	 * How many elements at the start of a name are the name of a property.
	 */
	private int matchingElements(String property, List<String> name) {
		if (!this.wordByWord) {
			return uniform(property).equals(uniform(name.get(0))) ? 1 : 0;
		}
		List<String> words = words(DataObjectPropertyName.toDashedForm(property));
		return startsWith(name, words) ? words.size() : 0;
	}

	/**
	 * The words of a name with dashes.
	 */
	static List<String> words(String dashed) {
		return List.of(dashed.split("-"));
	}

	static boolean startsWith(List<String> name, List<String> start) {
		return name.size() >= start.size() && name.subList(0, start.size()).equals(start);
	}

	/**
	 * A name as Spring Boot compares it.
	 */
	static String uniform(String name) {
		return name.codePoints()
			.filter(Character::isLetterOrDigit)
			.mapToObj(Character::toString)
			.collect(Collectors.joining())
			.toLowerCase(Locale.ROOT);
	}

	private static List<String> similar(Class<?> group, String name) {
		List<String> similar = new ArrayList<>();
		String camelCase = StringUtils
			.uncapitalize(Arrays.stream(name.split("[-_]")).map(StringUtils::capitalize).collect(Collectors.joining()));
		for (String match : PropertyMatches.forField(camelCase, group).getPossibleMatches()) {
			similar.add(DataObjectPropertyName.toDashedForm(match));
		}
		return similar;
	}

	/**
	 * A name that nobody knows.
	 *
	 * @param part the part of the name that is not known
	 * @param similar known names that look alike
	 * @param fix what could be written instead
	 */
	record Unknown(String part, List<String> similar, String fix) {

		String suggestion() {
			return this.similar.isEmpty() ? this.fix
					: "Did you mean '%s'? %s".formatted(String.join("' or '", this.similar), this.fix);
		}

	}

}
