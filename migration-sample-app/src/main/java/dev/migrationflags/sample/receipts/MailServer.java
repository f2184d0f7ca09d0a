package dev.migrationflags.sample.receipts;

import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import org.springframework.mail.javamail.JavaMailSenderImpl;

/**
 * A mail provider: an SMTP server on the loopback that keeps what it gets in memory.
 */
public final class MailServer implements AutoCloseable {

	private final GreenMail server;

	MailServer() {
		ServerSetup smtp = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
		smtp.setServerStartupTimeout(10_000);
		this.server = new GreenMail(smtp);
		this.server.start();
	}

	JavaMailSenderImpl sender() {
		JavaMailSenderImpl sender = new JavaMailSenderImpl();
		sender.setHost("127.0.0.1");
		sender.setPort(this.server.getSmtp().getPort());
		Properties properties = sender.getJavaMailProperties();
		properties.setProperty("mail.smtp.localhost", "localhost");
		properties.setProperty("mail.smtp.connectiontimeout", "5000");
		properties.setProperty("mail.smtp.timeout", "5000");
		properties.setProperty("mail.smtp.writetimeout", "5000");
		return sender;
	}

	/**
	 * What has arrived here.
	 * @return the ids of the receipts, as often as they came
	 */
	public List<String> receiptIds() {
		return Stream.of(this.server.getReceivedMessages()).map(MailServer::receiptId).toList();
	}

	/**
	 * Throws away what has arrived so far.
	 */
	public void forget() {
		try {
			this.server.purgeEmailFromAllMailboxes();
		}
		catch (FolderException ex) {
			throw new IllegalStateException("A mailbox cannot be emptied", ex);
		}
	}

	private static String receiptId(MimeMessage message) {
		try {
			return message.getHeader(ReceiptMail.ID, null);
		}
		catch (MessagingException ex) {
			throw new IllegalStateException("A mail without a readable header", ex);
		}
	}

	@Override
	public void close() {
		this.server.stop();
	}

}
