package dev.migrationflags;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Who or what a call is for; rollouts and cohorts decide by it. Immutable. No record, and
 * not final, because a bean of it may be request-scoped, and then what is injected is a
 * proxy.
 */
public class MigrationContext {

	/**
	 * The kind of a context that names none.
	 */
	public static final String DEFAULT_KIND = "user";

	private static final MigrationContext ANONYMOUS = new MigrationContext(DEFAULT_KIND, null, Map.of());

	private final String kind;

	private final @Nullable String key;

	private final Map<String, Object> attributes;

	/**
	 * Creates a context. Copies the attributes, so that it cannot change while a call is
	 * under way.
	 * @param kind the kind of thing that the key names: {@code user}, {@code customer}, …
	 * @param key its key; {@code null} for an anonymous context, which takes part in no
	 * rollout
	 * @param attributes what cohorts match; no null keys or values
	 */
	public MigrationContext(String kind, @Nullable String key, Map<String, Object> attributes) {
		this.kind = kind;
		this.key = key;
		this.attributes = Map.copyOf(attributes);
	}

	/**
	 * The kind of thing that the key names.
	 * @return the kind
	 */
	public String kind() {
		return this.kind;
	}

	/**
	 * The key.
	 * @return the key, or {@code null} if this context is anonymous
	 */
	public @Nullable String key() {
		return this.key;
	}

	/**
	 * What cohorts match.
	 * @return attributes, unmodifiable
	 */
	public Map<String, Object> attributes() {
		return this.attributes;
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

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof MigrationContext context && this.kind.equals(context.kind())
				&& Objects.equals(this.key, context.key()) && this.attributes.equals(context.attributes()));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.kind, this.key, this.attributes);
	}

	/**
	 * Names the kind only: key and attributes are user data and do not belong in logs.
	 */
	@Override
	public String toString() {
		return "MigrationContext[" + this.kind + ((this.key != null) ? "]" : ", anonymous]");
	}

}
