package dev.migrationflags.boot.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.boot.MigrationAutoConfiguration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * An application whose flag {@code orders-db} a source may serve.
 */
final class SourcedApplication {

	static final String FLAG = "orders-db";

	private SourcedApplication() {
	}

	static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MigrationAutoConfiguration.class))
			.withUserConfiguration(Beans.class);
	}

	static double errors(ApplicationContext context, String source) {
		Counter counter = context.getBean(MeterRegistry.class)
			.find("migration.flag.errors")
			.tags("flag", FLAG, "source", source)
			.counter();
		return (counter != null) ? counter.count() : 0;
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		SimpleMeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Changes changes() {
			return new Changes();
		}

		@Bean
		OldOrders oldOrders() {
			return new OldOrders();
		}

		@Bean
		NewSide newSide() {
			return new NewSide();
		}

		@Bean
		NewOrders newOrders(NewSide side) {
			return new NewOrders(side);
		}

	}

	static class Changes {

		final List<StageChangedEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(StageChangedEvent event) {
			this.events.add(event);
		}

	}

	interface Orders {

		@MigrationRead
		String find(String id);

		@MigrationWrite
		String save(String id);

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.OLD)
	static class OldOrders implements Orders {

		@Override
		public String find(String id) {
			return "old";
		}

		@Override
		public String save(String id) {
			return "old";
		}

	}

	@Migration(flag = FLAG, origin = MigrationOrigin.NEW)
	static class NewOrders implements Orders {

		private final NewSide side;

		NewOrders(NewSide side) {
			this.side = side;
		}

		@Override
		public String find(String id) {
			return this.side.call();
		}

		@Override
		public String save(String id) {
			return this.side.call();
		}

	}

	/**
	 * What the new side does, apart from the bean, which is a proxy.
	 */
	static class NewSide {

		volatile @Nullable RuntimeException failure;

		volatile String value = "old";

		volatile Runnable onCall = () -> {
		};

		String call() {
			this.onCall.run();
			RuntimeException failure = this.failure;
			if (failure != null) {
				throw failure;
			}
			return this.value;
		}

	}

}
