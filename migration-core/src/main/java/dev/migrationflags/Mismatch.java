package dev.migrationflags;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One read for which the two sides gave different results.
 *
 * @param flag the key of the flag
 * @param operation the operation
 * @param stage the stage of the read
 * @param time when
 * @param keyDigest an HMAC digest of the entity's key, so that mismatches of one entity
 * can be told together without naming it; {@code null} if the operation names no key
 * @param differences where and in what way they differ
 */
public record Mismatch(String flag, String operation, MigrationStage stage, Instant time, @Nullable String keyDigest,
		List<Difference> differences) {

	/**
	 * Copies the differences.
	 */
	public Mismatch {
		differences = List.copyOf(differences);
	}

}
