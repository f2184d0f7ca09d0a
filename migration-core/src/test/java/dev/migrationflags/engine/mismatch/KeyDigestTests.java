package dev.migrationflags.engine.mismatch;

import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyDigest}.
 */
class KeyDigestTests {

	private final KeyDigest digest = new KeyDigest();

	@Test
	void equalKeysHaveEqualDigests() {
		UUID key = UUID.randomUUID();
		assertThat(this.digest.of(key)).isEqualTo(this.digest.of(UUID.fromString(key.toString())));
	}

	@Test
	void differentKeysHaveDifferentDigests() {
		assertThat(IntStream.range(0, 10_000).mapToObj(this.digest::of).distinct()).hasSize(10_000);
	}

	@Test
	void digestSaysNothingAboutTheKey() {
		assertThat(this.digest.of("42")).matches("[0-9a-f]{16}");
		assertThat(this.digest.of("x".repeat(10_000))).matches("[0-9a-f]{16}");
		assertThat(new KeyDigest().of("42")).isNotEqualTo(this.digest.of("42"));
	}

}
