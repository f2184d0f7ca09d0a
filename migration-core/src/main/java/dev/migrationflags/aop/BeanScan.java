package dev.migrationflags.aop;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Finds the annotated methods of all beans, lazy ones included.
 */
final class BeanScan {

	private static final Logger logger = LoggerFactory.getLogger(BeanScan.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final BeanTypes types;

	private final MigrationClasses classes;

	private final boolean proxies;

	private final List<Problem> problems;

	private final List<KeyedBean> keyed = new ArrayList<>();

	BeanScan(ConfigurableListableBeanFactory beanFactory, MigrationClasses classes, boolean proxies,
			List<Problem> problems) {
		this.beanFactory = beanFactory;
		this.types = new BeanTypes(beanFactory);
		this.classes = classes;
		this.proxies = proxies;
		this.problems = problems;
	}

	List<Candidate> candidates() {
		List<Candidate> candidates = new ArrayList<>();
		List<Candidate> promises = new ArrayList<>();
		Set<Class<?>> reported = new LinkedHashSet<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = type(beanName);
			MigrationClass annotated = (type != null) ? this.classes.of(type) : null;
			if (type == null || annotated == null || annotated.isEmpty()) {
				continue;
			}
			if (reported.add(type)) {
				annotated.problems()
					.forEach((problem) -> this.problems.add(new Problem(problem.what(),
							"bean '%s', %s".formatted(beanName, problem.where()), problem.fix())));
				annotated.incomplete().forEach((method) -> incomplete(beanName, method, promises));
			}
			if (annotated.keyed() != null) {
				this.keyed.add(new KeyedBean(beanName, type, annotated.keyed().flag(), annotated.keyed().origin()));
			}
			annotated.complete().forEach((method) -> candidates.add(new Candidate(beanName, method)));
			if (this.proxies) {
				checkProxy(beanName, type, annotated.complete());
			}
			else {
				checkWeaving(beanName, annotated.complete());
			}
		}
		promises.stream()
			.filter((promise) -> candidates.stream().noneMatch((candidate) -> keeps(candidate, promise)))
			.forEach(
					(promise) -> logger.warn(
							"{} is annotated on an interface, but no bean takes part in a migration of it: "
									+ "@Migration(flag = \"…\", origin = …) is missing on the classes",
							promise.where()));
		return candidates;
	}

	/**
	 * The keyed stores among the beans, once the candidates are known.
	 */
	List<KeyedBean> keyed() {
		return this.keyed;
	}

	/**
	 * The class of a bean. A definition that tells an interface only, of annotated
	 * methods that lack flag or side or of a keyed store, is not the whole story: then
	 * the bean itself tells.
	 */
	private @Nullable Class<?> type(String beanName) {
		Class<?> type = this.types.actual(beanName);
		if (type != null && BeanTypes.isPromise(type) && !this.types.isScopedProxy(beanName)
				&& this.beanFactory.isSingleton(beanName) && !this.beanFactory.isCurrentlyInCreation(beanName)
				&& (!this.classes.of(type).incomplete().isEmpty() || KeyedStore.class.isAssignableFrom(type))) {
			Object bean = this.beanFactory.getBean(beanName);
			Class<?> known = this.types.actual(beanName);
			return (known != null && !BeanTypes.isPromise(known)) ? known : AopUtils.getTargetClass(bean);
		}
		return type;
	}

	/**
	 * An annotation on an interface says nothing about implementations that do not take
	 * part; one on the method itself does.
	 */
	private void incomplete(String beanName, MigrationMethod method, List<Candidate> promises) {
		if (method.onInterface() && method.origin() == null) {
			promises.add(new Candidate(beanName, method));
			return;
		}
		String lacks = (method.flag() == null) ? "flag" : "origin";
		this.problems.add(new Problem("A migrated method names no " + lacks, method.where(beanName),
				"Add %s to the annotation, or @Migration(flag = \"…\", origin = …) to the class".formatted(lacks)));
	}

	private static boolean keeps(Candidate candidate, Candidate promise) {
		return candidate.method().operation().equals(promise.method().operation())
				&& candidate.method().parameterTypes().equals(promise.method().parameterTypes());
	}

	/**
	 * A bean that was created before the advisor could apply is not migrated, and would
	 * not tell.
	 */
	private void checkProxy(String beanName, Class<?> type, List<MigrationMethod> methods) {
		List<MigrationMethod> interceptable = methods.stream()
			.filter((method) -> Interceptable.obstacle(method.method(), type) == null)
			.toList();
		if (interceptable.isEmpty() || !this.beanFactory.containsSingleton(beanName)
				|| this.types.isScopedProxy(beanName) || this.beanFactory.isCurrentlyInCreation(beanName)) {
			return;
		}
		Object bean = this.beanFactory.getBean(beanName);
		if (!isAdvised(bean)) {
			this.problems
				.add(new Problem("Calls of this bean are not intercepted: it was created too early, or not by Spring",
						interceptable.get(0).where(beanName),
						"Do not inject it into a BeanPostProcessor or BeanFactoryPostProcessor (a static @Bean method "
								+ "with an ObjectProvider does not), and let it be a bean definition"));
		}
		else if (Proxy.isProxyClass(bean.getClass())) {
			interceptable.stream()
				.filter((method) -> !Interceptable.isOnInterface(method.method(), type))
				.forEach((method) -> this.problems.add(new Problem(
						"Calls of a migrated method cannot be intercepted: the bean has a proxy of its interfaces, and none of them has it",
						method.where(beanName),
						"Declare the method in an interface, or set spring.aop.proxy-target-class=true")));
		}
	}

	/**
	 * A class that was loaded before the weaver could see it is not migrated, and would
	 * not tell.
	 */
	private void checkWeaving(String beanName, List<MigrationMethod> methods) {
		methods.stream()
			.filter((method) -> MigrationAspect.isWeaving()
					&& !MigrationAspect.isWoven(method.method().getDeclaringClass()))
			.findFirst()
			.ifPresent((method) -> this.problems.add(new Problem(
					"Calls of this bean are not migrated: its class is not woven", method.where(beanName),
					"Let the weaver see the class: load it later, or include it in META-INF/aop.xml; methods of Spring Data "
							+ "interfaces need migration.aop.mode=proxy")));
	}

	/**
	 * Whether the advisor is on the bean, or on what another proxy wraps. A proxy that
	 * does not tell its advisors is taken for advised.
	 */
	private static boolean isAdvised(@Nullable Object bean) {
		if (!(bean instanceof Advised proxy)) {
			return AopUtils.isAopProxy(bean);
		}
		for (var advisor : proxy.getAdvisors()) {
			if (advisor instanceof MigrationAdvisor) {
				return true;
			}
		}
		TargetSource target = proxy.getTargetSource();
		try {
			return target.isStatic() && isAdvised(target.getTarget());
		}
		catch (Exception ex) {
			return false;
		}
	}

}
