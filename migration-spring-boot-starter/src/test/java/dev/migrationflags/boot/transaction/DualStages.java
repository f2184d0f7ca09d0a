package dev.migrationflags.boot.transaction;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.migrationflags.MigrationStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A test of every stage that writes both sides.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@EnumSource(value = MigrationStage.class, names = { "DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN" })
@interface DualStages {

}
