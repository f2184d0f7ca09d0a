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
	 * A digest per thread, which costs a tenth of the bytes of a digest per call. A class
	 * of the JDK, so that a thread which outlives the application does not keep its
	 * classes.
	 */
	private static final ThreadLocal<MessageDigest> DIGESTS = ThreadLocal.withInitial(Bucket::sha1);

	private final byte[] prefix;

	Bucket(String flagKey, String salt) {
		this.prefix = (flagKey + "." + salt + ".").getBytes(StandardCharsets.UTF_8);
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
		MessageDigest digest = DIGESTS.get();
		// whatever an Error may have left behind
		digest.reset();
		digest.update(this.prefix);
		byte[] hash = digest.digest(contextKey.getBytes(StandardCharsets.UTF_8));
		long bits = 0;
		for (int i = 0; i < Long.BYTES; i++) {
			bits = (bits << Byte.SIZE) | (hash[i] & 0xFF);
		}
		// 15 hex digits are 60 bits
		return (bits >>> 4) / SCALE;
	}

}
