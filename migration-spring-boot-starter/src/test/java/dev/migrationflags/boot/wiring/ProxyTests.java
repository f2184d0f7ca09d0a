package dev.migrationflags.boot.wiring;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.boot.wiring.Pricing.NewPricing;
import dev.migrationflags.boot.wiring.Pricing.OldPricing;
import dev.migrationflags.boot.wiring.Wiring.Journal;
import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.MethodBeforeAdvice;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.PriorityOrdered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls are intercepted whatever kind of proxy, scope or definition a bean has; or the
 * application does not start.
 */
class ProxyTests {

	private static void assertRouted(AssertableApplicationContext context, MigrationStage stage, Pricing... beans) {
		for (Pricing bean : beans) {
			assertThat(bean.quote("x")).isEqualTo(stage.authority().key());
			assertThat(context.getBean(Journal.class).take()).isEqualTo(Wiring.readAt(stage));
		}
	}

	private static Pricing[] both(AssertableApplicationContext context) {
		return context.getBeansOfType(Pricing.class).values().toArray(Pricing[]::new);
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void proxiesOfClasses(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class).run((context) -> {
			assertThat(both(context)).hasSize(2).allMatch(AopUtils::isCglibProxy);
			assertRouted(context, stage, both(context));
		});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void proxiesOfInterfaces(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> {
				assertThat(both(context)).hasSize(2).allMatch(AopUtils::isJdkDynamicProxy);
				assertRouted(context, stage, both(context));
			});
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void withoutAopOfSpringBoot(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withPropertyValues("spring.aop.auto=false")
			.run((context) -> assertRouted(context, stage, both(context)));
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void withoutAspectjOnTheClassPath(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withClassLoader(new FilteredClassLoader("org.aspectj"))
			.run((context) -> assertRouted(context, stage, both(context)));
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void withoutWebAndTransactionsOnTheClassPath(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.web", "jakarta.servlet",
					"org.springframework.transaction"))
			.run((context) -> assertRouted(context, stage, both(context)));
	}

	/**
	 * A side whose proxy adds nothing is called past it; as soon as it adds something,
	 * through it.
	 */
	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void adviceThatIsAddedWhileTheApplicationRunsAppliesToTheOtherSide(MigrationStage stage) {
		Wiring.at(stage, OldPricing.class, NewPricing.class).run((context) -> {
			assertRouted(context, stage, both(context));
			Journal journal = context.getBean(Journal.class);
			MethodBeforeAdvice advice = (method, arguments, target) -> journal.add("advice");
			((Advised) context.getBean(OldPricing.class)).addAdvice(advice);
			((Advised) context.getBean(NewPricing.class)).addAdvice(advice);
			for (Pricing bean : both(context)) {
				bean.quote("x");
				List<String> expected = Wiring.readAt(stage)
					.stream()
					.flatMap((side) -> Stream.of("advice", side))
					.toList();
				assertThat(journal.take()).isEqualTo(expected);
			}
			((Advised) context.getBean(OldPricing.class)).removeAdvice(advice);
			((Advised) context.getBean(NewPricing.class)).removeAdvice(advice);
			assertRouted(context, stage, both(context));
		});
	}

	@Test
	void aMethodThatNoInterfaceHasIsInterceptedAlsoWhereInterfaceProxiesArePreferred() {
		Wiring.at(MigrationStage.COMPLETE, OldOwnMethod.class, NewOwnMethod.class)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> assertThat(context.getBean(OldOwnMethod.class).own("x")).isEqualTo("new"));
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static class OldOwnMethod implements Runnable {

		@MigrationRead
		String own(String id) {
			return "old";
		}

		@Override
		public void run() {
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	static class NewOwnMethod implements Runnable {

		@MigrationRead
		String own(String id) {
			return "new";
		}

		@Override
		public void run() {
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void finalClassesBehindAnInterface(MigrationStage stage) {
		Wiring.at(stage, OldFinal.class, NewFinal.class).run((context) -> assertRouted(context, stage, both(context)));
	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	static final class OldFinal implements Pricing {

		private final Journal journal;

		OldFinal(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String quote(String cart) {
			return this.journal.add("old");
		}

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	record NewFinal(Journal journal) implements Pricing {

		@Override
		public String quote(String cart) {
			return this.journal.add("new");
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void prototypes(MigrationStage stage) {
		Wiring.at(stage, Prototypes.class).run((context) -> assertRouted(context, stage, both(context)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Prototypes {

		@Bean
		@Scope("prototype")
		OldPricing oldPricing(Journal journal) {
			return new OldPricing(journal);
		}

		@Bean
		@Scope("prototype")
		NewPricing newPricing(Journal journal) {
			return new NewPricing(journal);
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void beansOfAScopeOfTheApplication(MigrationStage stage) {
		Wiring.at(stage, ThreadScope.class, ThreadScoped.class)
			.run((context) -> assertRouted(context, stage, both(context)));
	}

	@Configuration(proxyBeanMethods = false)
	static class ThreadScope {

		@Bean
		static CustomScopeConfigurer threadScope() {
			CustomScopeConfigurer configurer = new CustomScopeConfigurer();
			configurer.setScopes(Map.of("thread", new SimpleThreadScope()));
			return configurer;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThreadScoped {

		@Bean
		@Scope("thread")
		Pricing oldPricing(Journal journal) {
			return new OldPricing(journal);
		}

		@Bean
		@Scope("thread")
		Pricing newPricing(Journal journal) {
			return new NewPricing(journal);
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void scopedProxies(MigrationStage stage) {
		Wiring.at(stage, ThreadScope.class, ScopedProxies.class).run((context) -> {
			assertRouted(context, stage, context.getBean(Pricing.class), context.getBean("oldPricing", Pricing.class),
					context.getBean("newPricing", Pricing.class));
			assertThat(context.getBean("oldPricing").getClass()).isNotEqualTo(OldPricing.class);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedProxies {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		OldPricing oldPricing(Journal journal) {
			return new OldPricing(journal);
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
		Pricing newPricing(Journal journal) {
			return new NewPricing(journal);
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void productsOfFactoryBeans(MigrationStage stage) {
		Wiring.at(stage, Factories.class)
			.run((context) -> assertRouted(context, stage, context.getBean("oldPricing", Pricing.class),
					context.getBean("newPricing", Pricing.class)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		PricingFactory oldPricing(Journal journal) {
			return new PricingFactory(new OldPricing(journal));
		}

		@Bean
		PricingFactory newPricing(Journal journal) {
			return new PricingFactory(new NewPricing(journal));
		}

	}

	record PricingFactory(Pricing product) implements FactoryBean<Pricing> {

		@Override
		public Pricing getObject() {
			return this.product;
		}

		@Override
		public Class<?> getObjectType() {
			return Pricing.class;
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void proxiesThatTheApplicationMakes(MigrationStage stage) {
		Wiring.at(stage, OwnProxies.class).run((context) -> {
			for (Client client : context.getBeansOfType(Client.class).values()) {
				assertThat(client.fetch("x")).isEqualTo(stage.authority().key());
				assertThat(((BaseClient) client).fetch("x")).isEqualTo(stage.authority().key());
				assertThat(context.getBean(Journal.class).take()).hasSize(stage.readsBoth() ? 4 : 2);
			}
		});
	}

	interface BaseClient {

		String fetch(String id);

	}

	interface Client extends BaseClient {

		@Override
		String fetch(String id);

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.OLD)
	interface OldClient extends Client {

		@Override
		@MigrationRead
		String fetch(String id);

	}

	@Migration(flag = "a-flag", origin = MigrationOrigin.NEW)
	interface NewClient extends Client {

		@Override
		@MigrationRead
		String fetch(String id);

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnProxies {

		@Bean
		OldClient oldClient(Journal journal) {
			return (OldClient) proxy(journal, "old", OldClient.class);
		}

		@Bean
		NewClient newClient(Journal journal) {
			return (NewClient) proxy(journal, "new", NewClient.class);
		}

		/**
		 * The base interface first, as a proxy of many interfaces may have it.
		 */
		private static Object proxy(Journal journal, String side, Class<?> type) {
			return Proxy.newProxyInstance(type.getClassLoader(),
					new Class<?>[] { BaseClient.class, Client.class, type },
					(proxy, method, arguments) -> switch (method.getName()) {
						case "fetch" -> journal.add(side);
						case "hashCode" -> System.identityHashCode(proxy);
						case "equals" -> proxy == arguments[0];
						default -> side;
					});
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void beanMethodsThatTellAnInterface(MigrationStage stage) {
		Wiring.at(stage, InterfaceTyped.class)
			.run((context) -> assertRouted(context, stage, context.getBean(Pricing.class),
					context.getBean("oldPricing", Pricing.class), context.getBean("newPricing", Pricing.class)));
	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void lazyBeanMethodsThatTellAnInterface(MigrationStage stage) {
		Wiring.at(stage, InterfaceTyped.class)
			.withPropertyValues("spring.main.lazy-initialization=true")
			.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("oldPricing")).isFalse();
				assertRouted(context, stage, context.getBean(Pricing.class),
						context.getBean("newPricing", Pricing.class));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceTyped {

		@Bean
		@Lazy
		Pricing oldPricing(Journal journal) {
			return new OldPricing(journal);
		}

		@Bean
		@Lazy
		Pricing newPricing(Journal journal) {
			return new NewPricing(journal);
		}

	}

	@Test
	void beanMethodsWhoseCodeDoesNotTellTheClassEither() {
		Wiring.at(MigrationStage.LIVE, Opaque.class)
			.run((context) -> assertRouted(context, MigrationStage.LIVE, context.getBean("oldPricing", Pricing.class),
					context.getBean("newPricing", Pricing.class)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Opaque {

		@Bean
		@Lazy
		Pricing oldPricing(Journal journal) {
			return make(journal, MigrationOrigin.OLD);
		}

		@Bean
		@Lazy
		Pricing newPricing(Journal journal) {
			return make(journal, MigrationOrigin.NEW);
		}

		private static Pricing make(Journal journal, MigrationOrigin side) {
			return (side == MigrationOrigin.OLD) ? new OldPricing(journal) : new NewPricing(journal);
		}

	}

	@ParameterizedTest
	@EnumSource(MigrationStage.class)
	void aMigratedMethodMayBeCalledWhileTheApplicationStarts(MigrationStage stage) {
		Wiring.at(stage, EarlyCaller.class, OldPricing.class, NewPricing.class).run((context) -> {
			assertThat(context.getBean(EarlyCaller.class).quote).isEqualTo(stage.authority().key());
			assertThat(context.getBean(Journal.class).take()).isEqualTo(Wiring.readAt(stage));
			assertRouted(context, stage, both(context));
		});
	}

	static class EarlyCaller {

		private final Pricing pricing;

		private String quote;

		EarlyCaller(Pricing pricing) {
			this.pricing = pricing;
		}

		@PostConstruct
		void call() {
			this.quote = this.pricing.quote("early");
		}

	}

	@Test
	void whatIsWrongIsToldAlsoIfAMethodIsCalledWhileTheApplicationStarts() {
		Wiring.at(MigrationStage.LIVE, EarlyCaller.class, OldPricing.class, NewPricing.class, Unpaired.class)
			.run((context) -> Wiring.assertProblem(context, "'list(String)'", "no new side"));
	}

	@Test
	void aBadExpressionIsToldAlsoIfItsMethodIsCalledWhileTheApplicationStarts() {
		Wiring.at(MigrationStage.LIVE, Forgiving.class, BadExpression.class)
			.run((context) -> Wiring.assertProblem(context, "#ident", "BadExpression.oldFind(String)"));
	}

	static class BadExpression {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD, operation = "find", key = "#ident")
		String oldFind(String id) {
			return id;
		}

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.NEW, operation = "find")
		String newFind(String id) {
			return id;
		}

	}

	/**
	 * Calls early, and does not mind a failure.
	 */
	static class Forgiving {

		private final BadExpression bean;

		Forgiving(BadExpression bean) {
			this.bean = bean;
		}

		@PostConstruct
		void call() {
			try {
				this.bean.oldFind("early");
			}
			catch (RuntimeException ex) {
				// goes on
			}
		}

	}

	static class Unpaired {

		@MigrationRead(flag = "a-flag", origin = MigrationOrigin.OLD)
		String list(String id) {
			return id;
		}

	}

	@Test
	void aBeanThatIsCreatedTooEarlyToBeInterceptedStopsTheApplication() {
		Wiring.at(MigrationStage.LIVE, InterfaceTyped.class, Greedy.class)
			.run((context) -> Wiring.assertProblem(context, "not intercepted", "too early", "OldPricing.quote(String)",
					"BeanPostProcessor"));
	}

	@Test
	void aProductOfAFactoryThatIsCreatedTooEarlyStopsTheApplicationToo() {
		Wiring.at(MigrationStage.LIVE, Factories.class, Greedy.class)
			.run((context) -> Wiring.assertProblem(context, "not intercepted", "too early", "'oldPricing'"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Greedy {

		@Bean
		static EarlyPostProcessor earlyPostProcessor(@Qualifier("oldPricing") Pricing pricing) {
			return new EarlyPostProcessor();
		}

	}

	static class EarlyPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
