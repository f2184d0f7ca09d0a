package dev.migrationflags.benchmarks.subject;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;

/**
 * A side that does nothing. The constants of two sides are equal, not the same, so that a
 * comparison has to look.
 */
public class ConstantStore implements Store {

	private final String value = new String("value".toCharArray());

	@Override
	public String find(String id) {
		return this.value;
	}

	@Override
	public String findFor(String id) {
		return this.value;
	}

	@Override
	public String save(String id) {
		return this.value;
	}

	/**
	 * The old side.
	 */
	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	public static class Old extends ConstantStore {

	}

	/**
	 * The new side.
	 */
	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	public static class New extends ConstantStore {

	}

}
