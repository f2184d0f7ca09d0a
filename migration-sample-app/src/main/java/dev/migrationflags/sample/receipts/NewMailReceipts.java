package dev.migrationflags.sample.receipts;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/**
 * Receipts through the mail provider that takes over.
 */
@Component
@Migration(flag = "receipts", origin = MigrationOrigin.NEW)
class NewMailReceipts implements Receipts {

	private final JavaMailSender mail;

	NewMailReceipts(@Qualifier("newMailSender") JavaMailSender mail) {
		this.mail = mail;
	}

	@Override
	public void send(Receipt receipt) {
		this.mail.send((message) -> ReceiptMail.write(receipt, message));
	}

}
