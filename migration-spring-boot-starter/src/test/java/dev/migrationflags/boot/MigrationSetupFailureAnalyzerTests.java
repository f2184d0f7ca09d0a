package dev.migrationflags.boot;

import java.util.List;

import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link MigrationSetupFailureAnalyzer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class MigrationSetupFailureAnalyzerTests {

	private static final MigrationSetupException FAILURE = new MigrationSetupException(List
		.of(new Problem("100% wrong", "property 'a'", "Write 1"), new Problem("No new side", "bean 'b'", "Add it")));

	@Test
	void descriptionListsTheProblemsAndActionTheFixes() {
		FailureAnalysis analysis = new MigrationSetupFailureAnalyzer().analyze(FAILURE, FAILURE);
		assertThat(analysis.getDescription().lines()).containsExactly(
				"The migrations of this application are not set up correctly:", "", "1. 100% wrong",
				"   at: property 'a'", "2. No new side", "   at: bean 'b'");
		assertThat(String.valueOf(analysis.getAction()).lines())
			.containsExactly("Update your application's configuration:", "", "1. Write 1", "2. Add it");
	}

	@Test
	void theAnalyzerIsRegistered(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Broken.class).web(WebApplicationType.NONE)
				.properties("spring.autoconfigure.exclude=*")
				.run()
				.close())
			.withRootCauseInstanceOf(MigrationSetupException.class);
		assertThat(output).contains("APPLICATION FAILED TO START", "2. No new side", "2. Add it");
	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		InitializingBean broken() {
			return () -> {
				throw FAILURE;
			};
		}

	}

}
