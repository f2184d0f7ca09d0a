package dev.migrationflags.boot;

import java.util.List;

import dev.migrationflags.aop.MigrationAspect;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.flags.Problem;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.util.ClassUtils;

/**
 * {@code migration.aop.mode=aspectj}: calls are intercepted by weaving.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = AspectjConfiguration.ASPECTS)
@ConditionalOnProperty(name = "migration.aop.mode", havingValue = "aspectj")
class AspectjConfiguration {

	static final String ASPECTS = "org.aspectj.lang.Aspects";

	@Bean
	@Lazy(false)
	DisposableBean migrationWeaving(MigrationOperations operations) {
		MigrationAspect.use(operations);
		return () -> MigrationAspect.release(operations);
	}

	/**
	 * What is missing for weaving.
	 */
	static void problems(List<Problem> problems) {
		String where = "property 'migration.aop.mode'";
		if (!ClassUtils.isPresent(ASPECTS, AspectjConfiguration.class.getClassLoader())) {
			problems.add(new Problem("Weaving needs AspectJ, which is not on the class path", where,
					"Add spring-boot-starter-aspectj, or set the property to proxy"));
		}
		else if (!MigrationAspect.isWeaving()) {
			problems.add(new Problem("No weaver is at work, so no call would be migrated", where,
					"Start the JVM with -javaagent:aspectjweaver.jar, or set the property to proxy"));
		}
	}

}
