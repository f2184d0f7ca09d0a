package dev.migrationflags.sample.receipts;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import org.springframework.mail.javamail.MimeMessageHelper;

/**
 * A receipt as a mail.
 */
final class ReceiptMail {

	static final String ID = "X-Receipt-Id";

	private ReceiptMail() {
	}

	static void write(Receipt receipt, MimeMessage message) throws MessagingException {
		MimeMessageHelper mail = new MimeMessageHelper(message, "UTF-8");
		mail.setFrom("shop@example.org");
		mail.setTo(receipt.to());
		mail.setSubject(receipt.subject());
		mail.setText(receipt.text());
		message.setHeader(ID, receipt.id());
	}

}
