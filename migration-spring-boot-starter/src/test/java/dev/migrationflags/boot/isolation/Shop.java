package dev.migrationflags.boot.isolation;

import java.util.concurrent.Callable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application in shadow whose new side does what a test says.
 */
public class Shop {

	volatile Callable<String> newSide = () -> "old";

	@MigrationRead(flag = "shop", origin = MigrationOrigin.OLD, operation = "find")
	public String find(long id) throws Exception {
		return "old";
	}

	@MigrationRead(flag = "shop", origin = MigrationOrigin.NEW, operation = "find")
	public String findInNew(long id) throws Exception {
		return this.newSide.call();
	}

	@MigrationWrite(flag = "shop", origin = MigrationOrigin.OLD, operation = "save")
	public String save(long id) throws Exception {
		return "old";
	}

	@MigrationWrite(flag = "shop", origin = MigrationOrigin.NEW, operation = "save")
	public String saveInNew(long id) throws Exception {
		return this.newSide.call();
	}

	static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
			.withUserConfiguration(Application.class)
			.withPropertyValues("migration.flags.shop.stage=shadow", "spring.aop.proxy-target-class=true");
	}

	static double skipped(MeterRegistry meters, String reason) {
		return meters.find("migration.skipped")
			.tag("reason", reason)
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
	}

	static long calls(MeterRegistry meters, String... tags) {
		return meters.find("migration.calls").tags(tags).timers().stream().mapToLong(Timer::count).sum();
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Shop shop() {
			return new Shop();
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
