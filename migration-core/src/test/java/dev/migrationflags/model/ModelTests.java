package dev.migrationflags.model;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The model of the protocol, as its page says to run it.
 */
class ModelTests {

	@Test
	void protocolHoldsAndBreaksWithoutEachOfItsParts() throws Exception {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		Process process = new ProcessBuilder(java.toString(), "docs/model/Marks.java").directory(root().toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		assertThat(output).contains("a flip there and back").endsWith("as expected\n");
	}

	private static Path root() {
		Path here = Path.of("").toAbsolutePath();
		return here.resolve("docs/model").toFile().isDirectory() ? here : here.getParent();
	}

}
