package dev.migrationflags.engine.mismatch;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names a key without showing it: HMAC-SHA-256 under a secret that lives as long as the
 * process, cut to 64 bits. Equal keys have equal digests within one process, and nobody
 * can try out keys against a report.
 */
final class KeyDigest {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 8;

	private final SecretKeySpec secret;

	KeyDigest() {
		byte[] secret = new byte[32];
		new SecureRandom().nextBytes(secret);
		this.secret = new SecretKeySpec(secret, ALGORITHM);
	}

	String of(Object key) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.secret);
			byte[] digest = mac.doFinal(String.valueOf(key).getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, BYTES);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

}
