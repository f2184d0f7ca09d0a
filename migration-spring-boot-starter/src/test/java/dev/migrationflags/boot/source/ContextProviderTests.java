package dev.migrationflags.boot.source;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.boot.source.SourcedApplication.OldOrders;
import dev.migrationflags.engine.ContextSource;
import dev.migrationflags.flags.MigrationSetupException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
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

	/**
	 * Without what would be made proxies of: a filtered class loader cannot.
	 */
	private final ApplicationContextRunner plain = SourcedApplication.withoutOperations()
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
	void theTenantOfHibernateIsAContextOfItsOwnKind() {
		Tenants tenants = new Tenants();
		this.runner.withPropertyValues("migration.context.provider=tenant", "migration.flags.orders-db.context=tenant",
				"migration.flags.orders-db.cohorts[0].name=first", "migration.flags.orders-db.cohorts[0].stage=live",
				"migration.flags.orders-db.cohorts[0].match.key[0]=7")
			.withBean(CurrentTenantIdentifierResolver.class, () -> tenants)
			.run((context) -> {
				ContextSource contexts = context.getBean(ContextSource.class);
				OldOrders orders = context.getBean(OldOrders.class);
				tenants.current.set(7L);
				assertThat(contexts.current()).isEqualTo(MigrationContext.of("tenant", "7"));
				assertThat(orders.find("1")).isEqualTo("old");
				assertThat(leadBy(context, "new")).isOne();
				tenants.current.set(8L);
				orders.find("1");
				assertThat(leadBy(context, "old")).isOne();
				tenants.current.set(Tenants.ROOT);
				assertThat(contexts.current()).isEqualTo(MigrationContext.anonymous());
				tenants.current.set(null);
				assertThat(contexts.current()).isEqualTo(MigrationContext.anonymous());
			});
	}

	@Test
	void aTenantThatCannotBeToldCostsNoCall() {
		Tenants tenants = new Tenants();
		tenants.fails = true;
		this.runner
			.withPropertyValues("migration.context.provider=tenant", "migration.flags.orders-db.context=tenant",
					"migration.flags.orders-db.rollout.live=100")
			.withBean(CurrentTenantIdentifierResolver.class, () -> tenants)
			.run((context) -> {
				assertThat(context.getBean(OldOrders.class).save("1")).isEqualTo("old");
				assertThat(leadBy(context, "old")).isOne();
				assertThat(SourcedApplication.errors(context, "context")).isOne();
			});
	}

	private static long leadBy(ApplicationContext context, String origin) {
		return context.getBean(MeterRegistry.class)
			.get("migration.calls")
			.tags("origin", origin, "authoritative", "true")
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	@ParameterizedTest
	@CsvSource({ "tenant, CurrentTenantIdentifierResolver", "principal, spring-boot-starter-security" })
	void aProviderThatHasNobodyToAskStopsStartUp(String provider, String fix) {
		this.plain.withPropertyValues("migration.context.provider=" + provider)
			.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(MigrationSetupException.class)
				.hasMessageContaining("migration.context.provider")
				.hasMessageContaining(fix));
	}

	@Test
	void aProviderThatDoesNotExistStopsStartUp() {
		this.runner.withPropertyValues("migration.context.provider=header")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(MigrationSetupException.class)
				.hasMessageContaining("none, principal, tenant"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tenant", "principal" })
	void noHibernateAndNoSecurityAreNeededWithABean(String provider) {
		this.plain.withPropertyValues("migration.context.provider=" + provider)
			.withClassLoader(new FilteredClassLoader("org.springframework.security", "org.hibernate"))
			.withBean(MigrationContextProvider.class, () -> MigrationContextProvider.of("tenant", () -> "t-1"))
			.run((context) -> assertThat(context.getBean(ContextSource.class).current())
				.isEqualTo(MigrationContext.of("tenant", "t-1")));
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

	/**
	 * Tenants with a number, of whom one is all of them.
	 */
	private static final class Tenants implements CurrentTenantIdentifierResolver<Long> {

		static final Long ROOT = 0L;

		final AtomicReference<@Nullable Long> current = new AtomicReference<>();

		volatile boolean fails;

		@Override
		public @Nullable Long resolveCurrentTenantIdentifier() {
			if (this.fails) {
				throw new IllegalStateException("nobody is here");
			}
			return this.current.get();
		}

		@Override
		public boolean validateExistingCurrentSessions() {
			return false;
		}

		@Override
		public boolean isRoot(Long tenant) {
			return tenant.equals(ROOT);
		}

	}

}
