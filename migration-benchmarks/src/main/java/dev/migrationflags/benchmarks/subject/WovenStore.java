package dev.migrationflags.benchmarks.subject;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;

/**
 * Sides that are woven: the pointcut sees methods where they are written, under the
 * annotation of their class.
 */
public final class WovenStore {

	private WovenStore() {
	}

	/**
	 * The old side.
	 */
	@Migration(flag = Store.FLAG, origin = MigrationOrigin.OLD)
	public static class Old extends ConstantStore.Old {

		@Override
		public String find(String id) {
			return super.find(id);
		}

	}

	/**
	 * The new side.
	 */
	@Migration(flag = Store.FLAG, origin = MigrationOrigin.NEW)
	public static class New extends ConstantStore.New {

		@Override
		public String find(String id) {
			return super.find(id);
		}

	}

}
