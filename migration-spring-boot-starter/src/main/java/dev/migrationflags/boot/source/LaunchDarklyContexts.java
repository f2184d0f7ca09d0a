package dev.migrationflags.boot.source;

import java.util.Collection;
import java.util.Map;

import com.launchdarkly.sdk.ArrayBuilder;
import com.launchdarkly.sdk.ContextBuilder;
import com.launchdarkly.sdk.ContextKind;
import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.LDValue;
import com.launchdarkly.sdk.ObjectBuilder;
import dev.migrationflags.MigrationContext;
import org.jspecify.annotations.Nullable;

/**
 * Contexts as LaunchDarkly knows them: the same kind, key and attributes.
 */
final class LaunchDarklyContexts {

	/**
	 * LaunchDarkly wants a key, also of somebody anonymous.
	 */
	private static final String NOBODY = "anonymous";

	private static final LDContext ANONYMOUS = LDContext.builder(NOBODY).anonymous(true).build();

	private LaunchDarklyContexts() {
	}

	static LDContext of(MigrationContext context) {
		String key = context.key();
		if (key == null && context.attributes().isEmpty() && MigrationContext.DEFAULT_KIND.equals(context.kind())) {
			return ANONYMOUS;
		}
		ContextBuilder builder = LDContext.builder(ContextKind.of(context.kind()), (key != null) ? key : NOBODY)
			.anonymous(key == null);
		context.attributes().forEach((name, value) -> set(builder, name, value));
		return builder.build();
	}

	/**
	 * An attribute must not change whom the context is for.
	 */
	private static void set(ContextBuilder builder, String name, Object value) {
		if (!"key".equals(name) && !"kind".equals(name) && !"anonymous".equals(name)) {
			builder.trySet(name, value(value));
		}
	}

	private static LDValue value(@Nullable Object value) {
		if (value == null) {
			return LDValue.ofNull();
		}
		if (value instanceof Boolean bool) {
			return LDValue.of(bool);
		}
		if (value instanceof Number number) {
			return LDValue.of(number.doubleValue());
		}
		if (value instanceof Collection<?> collection) {
			ArrayBuilder array = LDValue.buildArray();
			collection.forEach((element) -> array.add(value(element)));
			return array.build();
		}
		if (value instanceof Map<?, ?> map) {
			ObjectBuilder object = LDValue.buildObject();
			map.forEach((name, element) -> object.put(String.valueOf(name), value(element)));
			return object.build();
		}
		return LDValue.of(value.toString());
	}

}
