package dev.migrationflags.sample.flags;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * OpenFeature's client, which is all that the framework needs to take stages from it.
 * Here flagd's provider watches the file {@code sample.flags}; in anything but a sample
 * it is the provider that you have.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("sample.flags")
class FlagsFile implements DisposableBean {

	@Bean
	Client openFeatureClient(@Value("${sample.flags}") String name) {
		Path file = Path.of(name);
		if (!Files.isReadable(file)) {
			throw new IllegalArgumentException("sample.flags: '%s' is no file that can be read; try %s"
				.formatted(file.toAbsolutePath(), "migration-sample-app/flags.json"));
		}
		OpenFeatureAPI.getInstance()
			.setProviderAndWait(new FlagdProvider(FlagdOptions.builder()
				.resolverType(Config.Resolver.FILE)
				.offlineFlagSourcePath(file.toString())
				// a busy machine takes longer than the second that is its default
				.deadline((int) Duration.ofSeconds(30).toMillis())
				.build()));
		return OpenFeatureAPI.getInstance().getClient();
	}

	@Override
	public void destroy() {
		OpenFeatureAPI.getInstance().shutdown();
	}

}
