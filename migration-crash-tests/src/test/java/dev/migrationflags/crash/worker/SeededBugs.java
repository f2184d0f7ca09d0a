package dev.migrationflags.crash.worker;

import dev.migrationflags.MigrationFlags;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Puts one bug into the application, if asked to.
 */
@Configuration(proxyBeanMethods = false)
class SeededBugs {

	@Bean
	Mover mover(MigrationFlags flags) {
		return (stage) -> flags.moveTo(Worker.FLAG, stage, "crash test");
	}

	@Bean
	Callers callers(OldRegisters registers) {
		return new Callers(registers);
	}

	record Callers(Registers registers) {
	}

}
