package dev.migrationflags.boot;

import dev.migrationflags.engine.ContextCarrier;
import io.micrometer.context.ContextSnapshotFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Micrometer's context-propagation, where present, takes the caller's context along to
 * the threads of the secondary side.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ContextSnapshotFactory.class)
class PropagationConfiguration {

	@Bean
	ContextCarrier migrationContextCarrier() {
		return new PropagatingCarrier(PropagationConfiguration.class.getClassLoader());
	}

}
