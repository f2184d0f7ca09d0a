package dev.migrationflags.sample.receipts;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MailServerTests {

	@Test
	void receiptArrivesAtItsProviderOnly() {
		try (MailServer oldServer = new MailServer(); MailServer newServer = new MailServer()) {
			new OldMailReceipts(oldServer.sender()).send(new Receipt("r-1", "zoe@example.org", "Größe", "Grüezi 🎁"));
			new NewMailReceipts(newServer.sender()).send(new Receipt("r-2", "zoe@example.org", "Größe", "Grüezi 🎁"));
			assertThat(oldServer.receiptIds()).containsExactly("r-1");
			assertThat(newServer.receiptIds()).containsExactly("r-2");
		}
	}

}
