package dev.migrationflags;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Who or what a call is for; rollouts and cohorts decide by it. Immutable.
 *
 * @param kind the kind of thing that the key names: {@code user}, {@code customer}, …
 * @param key its key; {@code null} for an anonymous context, which takes part in no
 * rollout
 * @param attributes what cohorts match
 */
public record MigrationContext(String kind, @Nullable String key, Map<String, Object> attributes) {

	/**
	 * The kind of a context that names none.
	 */
	public static final String DEFAULT_KIND = "user";

	private static final MigrationContext ANONYMOUS = new MigrationContext(DEFAULT_KIND, null, Map.of());

	/**
	 * Copies the attributes, so that a context cannot change while a call is under way.
	 */
	public MigrationContext {
		attributes = Map.copyOf(attributes);
	}

	/**
	 * A context of kind {@code user} without attributes.
	 * @param key the key, or {@code null} for an anonymous one
	 * @return the context
	 */
	public static MigrationContext of(@Nullable String key) {
		return of(DEFAULT_KIND, key);
	}

	/**
	 * A context without attributes.
	 * @param kind its kind
	 * @param key the key, or {@code null} for an anonymous one
	 * @return the context
	 */
	public static MigrationContext of(String kind, @Nullable String key) {
		return new MigrationContext(kind, key, Map.of());
	}

	/**
	 * A context.
	 * @param kind its kind
	 * @param key the key, or {@code null} for an anonymous one
	 * @param attributes what cohorts match; no null keys or values
	 * @return the context
	 */
	public static MigrationContext of(String kind, @Nullable String key, Map<String, Object> attributes) {
		return new MigrationContext(kind, key, attributes);
	}

	/**
	 * The context of a call that is for nobody in particular.
	 * @return a context of kind {@code user} without key and attributes
	 */
	public static MigrationContext anonymous() {
		return ANONYMOUS;
	}

	/**
	 * Names the kind only: key and attributes are user data and do not belong in logs.
	 */
	@Override
	public String toString() {
		return "MigrationContext[" + this.kind + ((this.key != null) ? "]" : ", anonymous]");
	}

}
