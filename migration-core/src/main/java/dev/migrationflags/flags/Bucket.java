package dev.migrationflags.flags;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where a context key lies in a percentage rollout: the bucket of LaunchDarkly, so that
 * the same percentage gives the same contexts.
 */
final class Bucket {

	private static final float SCALE = 0xFFFFFFFFFFFFFFFL;

	/**
	 * Has digested what all keys of a flag begin with; only ever cloned, which is safe on
	 * several threads.
	 */
	private final MessageDigest prefix;

	Bucket(String flagKey, String salt) {
		this.prefix = sha1();
		this.prefix.update((flagKey + "." + salt + ".").getBytes(StandardCharsets.UTF_8));
	}

	private static MessageDigest sha1() {
		try {
			return MessageDigest.getInstance("SHA-1");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-1", ex);
		}
	}

	/**
	 * The bucket of a context key.
	 * @param contextKey the key
	 * @return from 0 to 1, both included
	 */
	float of(String contextKey) {
		byte[] hash = copy().digest(contextKey.getBytes(StandardCharsets.UTF_8));
		long bits = 0;
		for (int i = 0; i < Long.BYTES; i++) {
			bits = (bits << Byte.SIZE) | (hash[i] & 0xFF);
		}
		// 15 hex digits are 60 bits
		return (bits >>> 4) / SCALE;
	}

	private MessageDigest copy() {
		try {
			return (MessageDigest) this.prefix.clone();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException("SHA-1 of this Java platform cannot be cloned", ex);
		}
	}

}
