package dev.migrationflags.boot.wiring;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.wiring.Pricing.NewPricing;
import dev.migrationflags.boot.wiring.Pricing.OldPricing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.RequestScope;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whom a call is for: expression, provider, context bean, nobody; in this order.
 */
class ContextTests {

	/**
	 * Alice is at complete, everybody else at off.
	 */
	private static ApplicationContextRunner application(Class<?>... beans) {
		return Wiring.at(MigrationStage.OFF, OldPricing.class, NewPricing.class)
			.withUserConfiguration(beans)
			.withPropertyValues("migration.flags.a-flag.cohorts[0].name=alice",
					"migration.flags.a-flag.cohorts[0].match.key=alice",
					"migration.flags.a-flag.cohorts[0].stage=complete");
	}

	private static void assertQuote(AssertableApplicationContext context, String expected, int errors) {
		assertThat(context.getBean(Pricing.class).quote("x")).isEqualTo(expected);
		Counter counter = context.getBean(MeterRegistry.class)
			.find("migration.flag.errors")
			.tags("flag", "a-flag", "source", "context")
			.counter();
		assertThat((counter != null) ? counter.count() : 0).isEqualTo(errors);
	}

	@Test
	void withoutAnyBeanTheCallIsAnonymous() {
		application().run((context) -> assertQuote(context, "old", 0));
	}

	@Test
	void aProviderTells() {
		application().withBean(MigrationContextProvider.class, () -> () -> MigrationContext.of("alice"))
			.run((context) -> assertQuote(context, "new", 0));
	}

	@Test
	void aContextOfAnotherKindMatchesNoKey() {
		application().withBean(MigrationContextProvider.class, () -> () -> MigrationContext.of("device", "alice"))
			.run((context) -> assertQuote(context, "old", 0));
	}

	@Test
	void attributesMatch() {
		application().withPropertyValues("migration.flags.a-flag.cohorts[1].name=beta",
				"migration.flags.a-flag.cohorts[1].match.plan=beta", "migration.flags.a-flag.cohorts[1].stage=complete")
			.withBean(MigrationContextProvider.class,
					() -> () -> MigrationContext.of("user", "bob", Map.of("plan", "beta")))
			.run((context) -> assertQuote(context, "new", 0));
	}

	@Test
	void aProviderThatThrowsMakesTheCallAnonymousAndIsCounted() {
		application().withBean(MigrationContextProvider.class, () -> () -> {
			throw new IllegalStateException("planned");
		}).run((context) -> assertQuote(context, "old", 1));
	}

	@Test
	void aProviderThatGivesNullMakesTheCallAnonymousAndIsCounted() {
		application().withBean(MigrationContextProvider.class, () -> () -> null)
			.run((context) -> assertQuote(context, "old", 1));
	}

	@Test
	void aProviderGoesBeforeAContextBean() {
		application().withBean(MigrationContextProvider.class, () -> () -> MigrationContext.of("bob"))
			.withBean(MigrationContext.class, () -> MigrationContext.of("alice"))
			.run((context) -> assertQuote(context, "old", 0));
	}

	@Test
	void aContextBeanTells() {
		application().withBean(MigrationContext.class, () -> MigrationContext.of("alice"))
			.run((context) -> assertQuote(context, "new", 0));
	}

	@Test
	void aContextBeanOfAnotherScopeIsAskedOnEachCall() {
		application(PerThread.class).run((context) -> {
			Caller.NAME.set("alice");
			try {
				assertQuote(context, "new", 0);
				CompletableFuture.runAsync(() -> {
					Caller.NAME.set("bob");
					assertQuote(context, "old", 0);
				}, (task) -> new Thread(task).start()).join();
				assertQuote(context, "new", 0);
			}
			finally {
				Caller.NAME.remove();
			}
		});
	}

	static final class Caller {

		private static final ThreadLocal<String> NAME = new ThreadLocal<>();

	}

	@Configuration(proxyBeanMethods = false)
	static class PerThread {

		@Bean
		static CustomScopeConfigurer threadScope() {
			CustomScopeConfigurer configurer = new CustomScopeConfigurer();
			configurer.setScopes(Map.of("thread", new SimpleThreadScope()));
			return configurer;
		}

		@Bean
		@Scope("thread")
		MigrationContext callerContext() {
			return MigrationContext.of(Caller.NAME.get());
		}

	}

	@Test
	void aContextBeanOfARequestIsAskedInTheRequestAndElsewhereTheCallIsAnonymousAndCounted() {
		application(PerRequest.class).run((context) -> {
			MockHttpServletRequest request = new MockHttpServletRequest();
			request.setRemoteUser("alice");
			RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
			try {
				assertQuote(context, "new", 0);
			}
			finally {
				RequestContextHolder.resetRequestAttributes();
			}
			assertQuote(context, "old", 1);
		});
	}

	@Test
	void aContextBeanMayBeAProxyOfTheRequestsOne() {
		application(PerRequest.class).withAllowBeanDefinitionOverriding(true)
			.withUserConfiguration(ProxyPerRequest.class)
			.run((context) -> {
				MigrationContext injected = context.getBean(MigrationContext.class);
				for (String user : List.of("alice", "bob", "alice")) {
					MockHttpServletRequest request = new MockHttpServletRequest();
					request.setRemoteUser(user);
					RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
					try {
						assertThat(injected.key()).isEqualTo(user);
						assertQuote(context, user.equals("alice") ? "new" : "old", 0);
					}
					finally {
						RequestContextHolder.resetRequestAttributes();
					}
				}
				assertQuote(context, "old", 1);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class ProxyPerRequest {

		@Bean
		@org.springframework.web.context.annotation.RequestScope
		MigrationContext requestContext() {
			return new PerRequest().requestContext();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PerRequest {

		@Bean
		static CustomScopeConfigurer requestScope() {
			CustomScopeConfigurer configurer = new CustomScopeConfigurer();
			configurer.setScopes(Map.of("request", new RequestScope()));
			return configurer;
		}

		@Bean
		@Scope("request")
		MigrationContext requestContext() {
			ServletRequestAttributes attributes = (ServletRequestAttributes) RequestContextHolder
				.currentRequestAttributes();
			return MigrationContext.of(attributes.getRequest().getRemoteUser());
		}

	}

	@Test
	void anExpressionGoesBeforeEverythingElse() {
		Wiring.at(MigrationStage.OFF, WithExpression.class)
			.withBean(MigrationContextProvider.class, () -> () -> MigrationContext.of("alice"))
			.withPropertyValues("migration.flags.a-flag.context=customer",
					"migration.flags.a-flag.cohorts[0].name=alice",
					"migration.flags.a-flag.cohorts[0].match.key=alice,7",
					"migration.flags.a-flag.cohorts[0].stage=complete")
			.run((context) -> {
				WithExpression bean = context.getBean(WithExpression.class);
				assertThat(bean.oldList("alice")).isEqualTo("new");
				assertThat(bean.oldList("bob")).isEqualTo("old");
				assertThat(bean.oldList(7L)).isEqualTo("new");
				// null is anonymous, not the current context
				assertThat(bean.oldList(null)).isEqualTo("old");
			});
	}

	@Migration(flag = Wiring.FLAG, origin = MigrationOrigin.OLD)
	static class WithExpression {

		@MigrationRead(operation = "list", context = "#customer")
		String oldList(Object customer) {
			return "old";
		}

		@MigrationRead(origin = MigrationOrigin.NEW, operation = "list")
		String newList(Object customer) {
			return "new";
		}

	}

}
