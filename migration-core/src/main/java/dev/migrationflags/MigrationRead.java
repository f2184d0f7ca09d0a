package dev.migrationflags;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * One side of a migrated read. The method pairs with the method of the other side that
 * has the same flag, operation and parameter types; the caller may call either of the
 * two. Found on the method, on the interface method that it implements, and as a
 * meta-annotation.
 * <p>
 * Expressions see the parameters by name, as {@code #a0} and as {@code #p0}; constructors
 * and static methods, no bean references.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface MigrationRead {

	/**
	 * Alias for {@link #flag()}.
	 * @return the flag key
	 */
	@AliasFor("flag")
	String value() default "";

	/**
	 * The key of the flag; by default that of {@link Migration} on the type.
	 * @return the flag key
	 */
	@AliasFor("value")
	String flag() default "";

	/**
	 * The side that this method implements; by default that of {@link Migration} on the
	 * type. An array only because an annotation has no other way to leave it out: at most
	 * one.
	 * @return old or new
	 */
	MigrationOrigin[] origin() default {};

	/**
	 * The name of the operation, which both sides share; by default the method's name.
	 * @return the operation
	 */
	String operation() default "";

	/**
	 * SpEL for the context key of this call, such as {@code #customerId}; by default the
	 * current context decides. If it fails, the call is anonymous, and counted.
	 * @return a SpEL expression, empty by default
	 */
	String context() default "";

	/**
	 * SpEL for the key of the entity that the call touches; may give a collection. If it
	 * fails, the call has no key, and is counted.
	 * @return a SpEL expression, empty by default
	 */
	String key() default "";

}
