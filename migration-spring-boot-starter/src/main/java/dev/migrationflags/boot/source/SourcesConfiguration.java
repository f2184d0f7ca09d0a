package dev.migrationflags.boot.source;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import com.launchdarkly.sdk.server.interfaces.LDClientInterface;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.FlagSources;
import dev.migrationflags.flags.SourceTrouble;
import dev.migrationflags.flags.StageMoves;
import dev.migrationflags.flags.StageSource;
import dev.openfeature.sdk.Client;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

/**
 * The dynamic sources of flags, in the order in which they are asked: beans,
 * LaunchDarkly, OpenFeature.
 */
@Configuration(proxyBeanMethods = false)
@Import({ SourcesConfiguration.LaunchDarkly.class, SourcesConfiguration.OpenFeature.class })
public class SourcesConfiguration {

	@Bean
	@Order(0)
	SourceBeans migrationBeanSources(ListableBeanFactory beanFactory) {
		return new BeanSources(beanFactory);
	}

	@Bean
	SourceErrors migrationSourceErrors() {
		return new SourceErrors(Clock.systemUTC());
	}

	@Bean
	FlagSources migrationFlagSources(ObjectProvider<SourceBeans> kinds, StartUpTimeout startUpTimeout,
			ObjectProvider<EngineMeters> meters, ObjectProvider<StageMoves> moves, SourceErrors errors) {
		List<SourceBeans> defined = kinds.orderedStream().filter(SourceBeans::defined).toList();
		if (defined.isEmpty()) {
			return FlagSources.none();
		}
		Supplier<List<StageSource>> lookUp = () -> {
			// sources move flags through the checks of whoever else moves them
			moves.getIfAvailable();
			return defined.stream().flatMap((kind) -> kind.create().stream()).toList();
		};
		return FlagSources.of(lookUp, startUpTimeout::get, new CountedTrouble(meters::getObject, errors));
	}

	/**
	 * What becomes of trouble with the store of stages.
	 */
	@Bean
	Troubles migrationStoreTroubles(ObjectProvider<EngineMeters> meters, SourceErrors errors) {
		return () -> new CountedTrouble(meters::getObject, errors);
	}

	/**
	 * Counts trouble.
	 */
	@FunctionalInterface
	public interface Troubles {

		/**
		 * Trouble that is counted, and logged once a minute.
		 * @return who is told of it
		 */
		SourceTrouble counted();

	}

	/**
	 * How long start-up waits for the sources.
	 */
	@FunctionalInterface
	public interface StartUpTimeout {

		/**
		 * The time-out.
		 * @return how long
		 */
		Duration get();

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(LDClientInterface.class)
	static class LaunchDarkly {

		@Bean
		@Order(1)
		LaunchDarklyBeans migrationLaunchDarklySources(ListableBeanFactory beanFactory) {
			return new LaunchDarklyBeans(beanFactory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Client.class)
	static class OpenFeature {

		@Bean
		@Order(2)
		SourceBeans migrationOpenFeatureSources(ListableBeanFactory beanFactory) {
			return new OpenFeatureBeans(beanFactory);
		}

	}

	private record OpenFeatureBeans(ListableBeanFactory beanFactory) implements SourceBeans {

		@Override
		public boolean defined() {
			return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, Client.class, true,
					false).length > 0;
		}

		@Override
		public List<StageSource> create() {
			return List.of(new OpenFeatureSource(this.beanFactory.getBean(Client.class)));
		}

	}

}
