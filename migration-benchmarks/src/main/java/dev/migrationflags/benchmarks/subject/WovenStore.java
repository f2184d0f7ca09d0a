package dev.migrationflags.benchmarks.subject;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;

/**
 * Sides that are woven: methods are where they are written, so an annotated class has to
 * write its own.
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

		@Override
		public String findFor(String id) {
			return super.findFor(id);
		}

		@Override
		public String save(String id) {
			return super.save(id);
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

		@Override
		public String findFor(String id) {
			return super.findFor(id);
		}

		@Override
		public String save(String id) {
			return super.save(id);
		}

	}

}
