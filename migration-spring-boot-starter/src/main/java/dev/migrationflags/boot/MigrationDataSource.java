package dev.migrationflags.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Names the {@link javax.sql.DataSource} in which {@code migration.store.type=jdbc} keeps
 * stages and marks, where there are several and the primary one is not it. What is kept
 * there has to outlive both sides of a migration: best a database of its own, or the one
 * that stays.
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
public @interface MigrationDataSource {

}
