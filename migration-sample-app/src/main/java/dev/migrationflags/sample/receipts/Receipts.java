package dev.migrationflags.sample.receipts;

import dev.migrationflags.MigrationWrite;

/**
 * Sends receipts. The flag has two stages, so that a receipt goes through one provider
 * and never through both.
 */
public interface Receipts {

	/**
	 * Sends a receipt.
	 * @param receipt the receipt
	 */
	@MigrationWrite(key = "#receipt.id")
	void send(Receipt receipt);

}
