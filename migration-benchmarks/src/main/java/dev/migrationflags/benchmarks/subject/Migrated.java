package dev.migrationflags.benchmarks.subject;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with one migrated store.
 */
public final class Migrated implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final Store store;

	private Migrated(ConfigurableApplicationContext context) {
		this.context = context;
		this.store = context.getBean(ConstantStore.Old.class);
	}

	/**
	 * Starts the application.
	 * @param settings settings of the flag, as {@code stage=shadow}
	 * @return the application
	 */
	public static Migrated with(String... settings) {
		return of(List.of(ConstantStore.Old.class, ConstantStore.New.class), settings);
	}

	/**
	 * Starts the application with other beans.
	 * @param beans an old side, a new side and what else there shall be
	 * @param settings settings of the flag, as {@code stage=shadow}
	 * @return the application
	 */
	public static Migrated of(List<Class<?>> beans, String... settings) {
		return start(beans, properties(settings));
	}

	/**
	 * Starts the application with other beans, in AspectJ mode.
	 * @param beans an old side, a new side and what else there shall be
	 * @param settings settings of the flag, as {@code stage=shadow}
	 * @return the application
	 */
	public static Migrated woven(List<Class<?>> beans, String... settings) {
		Map<String, Object> properties = properties(settings);
		properties.put("migration.aop.mode", "aspectj");
		return start(beans, properties);
	}

	private static Migrated start(List<Class<?>> beans, Map<String, Object> properties) {
		return new Migrated(Application.start(beans, properties));
	}

	private static Map<String, Object> properties(String... settings) {
		Function<String, String> key = (setting) -> "migration.flags." + Store.FLAG + "."
				+ setting.substring(0, setting.indexOf('='));
		return Arrays.stream(settings)
			.collect(Collectors.toMap(key, (setting) -> setting.substring(setting.indexOf('=') + 1), (a, b) -> b,
					HashMap::new));
	}

	/**
	 * What callers inject.
	 * @return the store
	 */
	public Store store() {
		return this.store;
	}

	/**
	 * A bean of the application.
	 * @param type its type
	 * @return the bean
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * A bean of the application, without its proxy.
	 * @param type its type
	 * @return the bean itself
	 */
	public <T> T target(Class<T> type) {
		return Objects.requireNonNull(type.cast(AopProxyUtils.getSingletonTarget(bean(type))));
	}

	/**
	 * How many secondary calls and comparisons were left out.
	 * @return the count, for whatever reason
	 */
	public double skipped() {
		return bean(MeterRegistry.class).find("migration.skipped")
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
	}

	/**
	 * How many calls of sides were timed.
	 * @return the count
	 */
	public long calls() {
		return bean(MeterRegistry.class).find("migration.calls").timers().stream().mapToLong(Timer::count).sum();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
