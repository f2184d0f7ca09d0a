package dev.migrationflags.boot;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * Keeps the paths that are the keys of {@code comparison.tolerance} as they were written.
 * Outside of brackets, Spring Boot takes {@code lines[*].price} apart and makes
 * {@code etag} of {@code **.etag}.
 */
final class PathKeysHandler extends AbstractBindHandler {

	private static final String GROUP = "comparison";

	private static final String PROPERTY = "tolerance";

	private static final String WRITTEN = "." + GROUP + "." + PROPERTY;

	private static final Pattern INDEX = Pattern.compile("(^|\\.)(\\*|\\d+)(?=\\.|$)");

	private final Map<ConfigurationPropertyName, Map<String, Object>> found = new LinkedHashMap<>();

	PathKeysHandler(BindHandler parent) {
		super(parent);
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		Object value = super.onSuccess(name, target, context, result);
		if (isMap(name)) {
			return this.found.getOrDefault(name, Map.of());
		}
		ConfigurationPropertyName map = mapOf(name);
		if (map != null && value != null) {
			this.found.computeIfAbsent(map, (key) -> new LinkedHashMap<>())
				.put(path(name, map, context.getConfigurationProperty()), value);
		}
		return value;
	}

	/**
	 * Whether a name is that of the property itself.
	 */
	private static boolean isMap(ConfigurationPropertyName name) {
		int last = name.getNumberOfElements() - 1;
		return last >= 1 && PROPERTY.equals(name.getElement(last, Form.UNIFORM))
				&& GROUP.equals(name.getElement(last - 1, Form.UNIFORM));
	}

	private static @Nullable ConfigurationPropertyName mapOf(ConfigurationPropertyName name) {
		for (int size = FlagNames.PREFIX.getNumberOfElements(); size < name.getNumberOfElements(); size++) {
			ConfigurationPropertyName start = name.chop(size);
			if (isMap(start)) {
				return start;
			}
		}
		return null;
	}

	private static String path(ConfigurationPropertyName name, ConfigurationPropertyName map,
			@Nullable ConfigurationProperty property) {
		String written = (property != null) ? PropertyPlace.nameAsWritten(property) : null;
		int start = (written != null) ? written.indexOf(WRITTEN) : -1;
		if (written != null && start >= 0) {
			String rest = written.substring(start + WRITTEN.length());
			return rest.startsWith(".") ? rest.substring(1) : withoutOuterBrackets(rest);
		}
		StringBuilder path = new StringBuilder();
		for (int i = map.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
			path.append((i > map.getNumberOfElements()) ? "." : "").append(name.getElement(i, Form.ORIGINAL));
		}
		return INDEX.matcher(path).replaceAll("[$2]");
	}

	/**
	 * {@code [lines[*].price]} is {@code lines[*].price}, but {@code [2].lines[*]} and
	 * {@code [*]} are paths themselves.
	 */
	private static String withoutOuterBrackets(String key) {
		int depth = 0;
		for (int i = 0; i < key.length(); i++) {
			depth += (key.charAt(i) == '[') ? 1 : (key.charAt(i) == ']') ? -1 : 0;
			if (depth == 0 && i < key.length() - 1) {
				return key;
			}
		}
		return INDEX.matcher(key.substring(1, key.length() - 1)).matches() ? key : key.substring(1, key.length() - 1);
	}

}
