package dev.migrationflags.boot;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;

/**
 * Where a property stands, in the words of who wrote it.
 */
final class PropertyPlace {

	private PropertyPlace() {
	}

	/**
	 * Where a property stands.
	 * @param name its name for Spring Boot
	 * @param property the property, if there is one of this name
	 * @return its name as it was written, and the file and line or the source
	 */
	static String of(ConfigurationPropertyName name, @Nullable ConfigurationProperty property) {
		Origin origin = (property != null) ? property.getOrigin() : null;
		if (!(origin instanceof PropertySourceOrigin written)) {
			return "property '%s'%s".formatted(name, (origin != null) ? ", " + origin : "");
		}
		return "property '%s', %s".formatted(written.getPropertyName(), (written.getOrigin() != null)
				? written.getOrigin() : "property source '" + written.getPropertySource().getName() + "'");
	}

	/**
	 * The name of a property as it was written: Spring Boot's own lacks characters that
	 * it does not like.
	 * @param property the property
	 * @return the name, or {@code null} if the source does not tell
	 */
	static @Nullable String nameAsWritten(ConfigurationProperty property) {
		return (property.getOrigin() instanceof PropertySourceOrigin written) ? written.getPropertyName() : null;
	}

}
