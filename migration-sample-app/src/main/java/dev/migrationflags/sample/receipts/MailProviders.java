package dev.migrationflags.sample.receipts;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;

/**
 * Two mail providers.
 */
@Configuration(proxyBeanMethods = false)
class MailProviders {

	@Bean
	MailServer oldMailServer() {
		return new MailServer();
	}

	@Bean
	MailServer newMailServer() {
		return new MailServer();
	}

	@Bean
	JavaMailSender oldMailSender(@Qualifier("oldMailServer") MailServer server) {
		return server.sender();
	}

	@Bean
	JavaMailSender newMailSender(@Qualifier("newMailServer") MailServer server) {
		return server.sender();
	}

}
