package dev.migrationflags.boot;

import java.time.Clock;

import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.engine.readiness.Guardrails;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The guardrails of flags that have one. Where the application moves its flags in a way
 * of its own, there are none.
 */
@Configuration(proxyBeanMethods = false)
class GuardrailConfiguration {

	@Bean
	@Lazy
	Guardrails migrationGuardrails(FlagRegistry flags, StageMoves moves, EngineMeters meters,
			ApplicationEventPublisher events, ObjectProvider<NanoTime> nanoTime) {
		return new Guardrails(flags, moves, meters, events::publishEvent, Clock.systemUTC(),
				nanoTime.getIfAvailable(() -> System::nanoTime));
	}

	@Bean
	@Lazy(false)
	SmartInitializingSingleton migrationGuardrailStart(FlagRegistry flags, ObjectProvider<StageMoves> moves,
			ObjectProvider<Guardrails> guardrails) {
		return () -> {
			boolean wanted = flags.all().stream().anyMatch((flag) -> flag.definition().guardrail().enabled());
			if (wanted && moves.getIfAvailable() != null) {
				guardrails.getObject().start();
			}
		};
	}

}
