package dev.migrationflags;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Says for all {@link MigrationRead} and {@link MigrationWrite} methods of a type which
 * flag decides about them and which side the type is. What stands on a method wins over
 * the type.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.TYPE, ElementType.ANNOTATION_TYPE })
public @interface Migration {

	/**
	 * The key of the flag.
	 * @return the flag key
	 */
	String flag();

	/**
	 * The side that this type implements.
	 * @return old or new
	 */
	MigrationOrigin origin();

	/**
	 * The bean name of the transaction manager of this side, where the framework cannot
	 * tell it from the side's own {@code @Transactional}.
	 * @return a bean name, empty by default
	 */
	String transactionManager() default "";

}
