package dev.migrationflags.aop;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Keeps migration outside of retries and concurrency limits, which put themselves before
 * everything else: a retry inside is one call of the migration, a retry outside would be
 * several, and those of both sides would multiply. Not {@code Ordered} on purpose: runs
 * after the post-processors of Spring's resilience package, which are. An order of the
 * advisor that is as low as theirs leaves it inside.
 */
public final class OutsideResilience implements BeanPostProcessor {

	private static final int RESILIENCE_ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private static final String PACKAGE = "org.springframework.resilience.";

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised advised && !advised.isFrozen()) {
			hoist(advised);
		}
		return bean;
	}

	private static void hoist(Advised advised) {
		Advisor[] advisors = advised.getAdvisors();
		int resilience = -1;
		for (int index = 0; index < advisors.length; index++) {
			if (advisors[index] instanceof MigrationAdvisor migration) {
				if (resilience >= 0 && migration.getOrder() < RESILIENCE_ORDER) {
					advised.removeAdvisor(index);
					advised.addAdvisor(resilience, advisors[index]);
				}
				return;
			}
			if (resilience < 0 && advisors[index].getAdvice().getClass().getName().startsWith(PACKAGE)) {
				resilience = index;
			}
		}
	}

}
