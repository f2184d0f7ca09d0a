package dev.migrationflags.boot.source;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.engine.ContextSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the ready-made providers of contexts.
 */
class ContextProviderTests {

	private final ApplicationContextRunner runner = SourcedApplication.runner()
		.withPropertyValues("migration.flags.orders-db.stage=off");

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	private static void logIn(boolean authenticated) {
		TestingAuthenticationToken token = new TestingAuthenticationToken("ada", "secret");
		token.setAuthenticated(authenticated);
		SecurityContextHolder.getContext().setAuthentication(token);
	}

	@Test
	void nothingTellsWhomACallIsForUnlessItIsConfigured() {
		logIn(true);
		this.runner.run((context) -> assertThat(context.getBean(ContextSource.class).current())
			.isEqualTo(MigrationContext.anonymous()));
	}

	@Test
	void theAuthenticatedPrincipalIsAUser() {
		this.runner.withPropertyValues("migration.context.provider=principal").run((context) -> {
			ContextSource contexts = context.getBean(ContextSource.class);
			assertThat(contexts.current()).isEqualTo(MigrationContext.anonymous());
			logIn(true);
			assertThat(contexts.current()).isEqualTo(MigrationContext.of("ada"));
			logIn(false);
			assertThat(contexts.current()).isEqualTo(MigrationContext.anonymous());
			SecurityContextHolder.getContext()
				.setAuthentication(new AnonymousAuthenticationToken("key", "anonymousUser",
						List.of(new SimpleGrantedAuthority("ROLE_ANONYMOUS"))));
			assertThat(contexts.current()).isEqualTo(MigrationContext.anonymous());
		});
	}

	@Test
	void aBeanComesBeforeTheProperty() {
		AtomicReference<@Nullable String> tenant = new AtomicReference<>("t-1");
		this.runner.withPropertyValues("migration.context.provider=principal")
			.withBean(MigrationContextProvider.class, () -> MigrationContextProvider.of("tenant", tenant::get))
			.run((context) -> {
				logIn(true);
				ContextSource contexts = context.getBean(ContextSource.class);
				assertThat(contexts.current()).isEqualTo(MigrationContext.of("tenant", "t-1"));
				tenant.set(null);
				assertThat(contexts.current()).isEqualTo(MigrationContext.anonymous());
			});
	}

}
