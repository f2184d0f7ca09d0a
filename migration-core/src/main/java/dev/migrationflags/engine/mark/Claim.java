package dev.migrationflags.engine.mark;

/**
 * A repair that may write one key.
 *
 * @param flag the key of the flag
 * @param key the key
 * @param id the number of the claim in its store
 * @param attempts how often the repair of this key has failed so far
 */
public record Claim(String flag, String key, long id, int attempts) {
}
