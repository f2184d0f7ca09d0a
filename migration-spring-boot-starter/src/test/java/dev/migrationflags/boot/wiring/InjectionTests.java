package dev.migrationflags.boot.wiring;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.wiring.Pricing.NewPricing;
import dev.migrationflags.boot.wiring.Pricing.OldPricing;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is injected where the old and the new bean are candidates.
 */
class InjectionTests {

	private static ApplicationContextRunner application(boolean enabled, Class<?>... beans) {
		return Wiring.at(MigrationStage.OFF, beans)
			.withUserConfiguration(Client.class)
			.withPropertyValues("migration.enabled=" + enabled);
	}

	private static void assertSingle(AssertableApplicationContext context, Class<?> expected) {
		Client client = context.getBean(Client.class);
		assertThat(List.of(client.constructor, client.field, client.newPricing, client.provider.getObject(),
				client.provider.getIfUnique(), client.provider.getIfAvailable(), client.optional.orElseThrow(),
				context.getBean(Pricing.class), context.getBeanProvider(Pricing.class).getIfUnique()))
			.allSatisfy((injected) -> assertThat(AopUtils.getTargetClass(injected)).isEqualTo(expected));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theOldBeanIsInjectedWhereOneIsWanted(boolean enabled) {
		application(enabled, OldPricing.class, NewPricing.class)
			.run((context) -> assertSingle(context, OldPricing.class));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theOldBeanIsInjectedAlsoIfBeanMethodsTellTheInterfaceOnly(boolean enabled) {
		application(enabled, InterfaceTyped.class).run((context) -> assertSingle(context, OldPricing.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceTyped {

		@Bean
		Pricing oldPricing(Journal journal) {
			return new OldPricing(journal);
		}

		@Bean
		Pricing newPricing(Journal journal) {
			return new NewPricing(journal);
		}

	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aThirdCandidateThatIsPrimaryIsInjected(boolean enabled) {
		application(enabled, OldPricing.class, NewPricing.class, Third.class)
			.run((context) -> assertSingle(context, ThirdPricing.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class Third {

		@Bean
		@Primary
		ThirdPricing thirdPricing() {
			return new ThirdPricing();
		}

	}

	static class ThirdPricing implements Pricing {

		@Override
		public String quote(String cart) {
			return "third";
		}

	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aNewBeanThatTheApplicationMarksAsPrimaryIsInjected(boolean enabled) {
		application(enabled, OldPricing.class, PrimaryNew.class)
			.run((context) -> assertSingle(context, NewPricing.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryNew {

		@Bean
		@Primary
		NewPricing newPricing(Journal journal) {
			return new NewPricing(journal);
		}

	}

	@Test
	void withAThirdCandidateThatIsNotPrimarySpringDecidesAsEver() {
		Wiring.at(MigrationStage.OFF, OldPricing.class, NewPricing.class, ThirdPricing.class, Needy.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(NoUniqueBeanDefinitionException.class));
	}

	static class Needy {

		Needy(Pricing pricing) {
		}

	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whoWantsAllGetsBoth(boolean enabled) {
		application(enabled, InterfaceTyped.class).run((context) -> {
			Client client = context.getBean(Client.class);
			assertThat(client.list).<Class<?>>extracting(AopUtils::getTargetClass)
				.containsExactlyInAnyOrder(OldPricing.class, NewPricing.class);
			assertThat(client.map).containsOnlyKeys("oldPricing", "newPricing");
			assertThat(client.provider.stream()).hasSize(2);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aQualifierPicksTheNewBean(boolean enabled) {
		application(enabled, InterfaceTyped.class, Picky.class)
			.run((context) -> assertThat(AopUtils.getTargetClass(context.getBean(Picky.class).pricing))
				.isEqualTo(NewPricing.class));
	}

	static class Picky {

		private final Pricing pricing;

		Picky(@Qualifier("newPricing") Pricing pricing) {
			this.pricing = pricing;
		}

	}

	static class Client {

		private final Pricing constructor;

		private final ObjectProvider<Pricing> provider;

		private final Optional<Pricing> optional;

		@Autowired
		private Pricing field;

		/**
		 * Its name is that of the new bean.
		 */
		@Autowired
		private Pricing newPricing;

		@Autowired
		private List<Pricing> list;

		@Autowired
		private Map<String, Pricing> map;

		Client(Pricing constructor, ObjectProvider<Pricing> provider, Optional<Pricing> optional) {
			this.constructor = constructor;
			this.provider = provider;
			this.optional = optional;
		}

	}

}
