package dev.migrationflags.boot.wiring;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.boot.wiring.Wiring.Journal;

/**
 * The simplest migration: one read behind an interface.
 */
interface Pricing {

	@MigrationRead
	String quote(String cart);

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	class OldPricing implements Pricing {

		private final Journal journal;

		OldPricing(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String quote(String cart) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.NEW)
	class NewPricing implements Pricing {

		private final Journal journal;

		NewPricing(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String quote(String cart) {
			return this.journal.add("new");
		}

	}

}
