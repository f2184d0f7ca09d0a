package dev.migrationflags.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Problem;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/**
 * What the properties and the beans of an application say, with everything that is wrong
 * with it.
 *
 * @param properties the properties, but for the flags; what was wrong has its default
 * @param flags the flags of beans and properties, in this order
 * @param problems what is wrong with how they are written
 * @param unreadableStages the flags with a stage that is none
 */
record MigrationBinding(MigrationProperties properties, List<MigrationFlag> flags, List<Problem> problems,
		Set<String> unreadableStages) {

	/**
	 * Reads the properties.
	 * @param environment where they are
	 * @param beans the flags that are defined by beans
	 * @return the result, never an exception for what somebody has written
	 */
	static MigrationBinding of(Environment environment, Collection<MigrationFlag> beans) {
		List<Problem> problems = new ArrayList<>();
		Binder binder = Binder.get(environment);
		MigrationProperties properties = bind(binder, ConfigurationPropertyName.of(MigrationProperties.PREFIX),
				MigrationProperties.class, new ProblemCollector(problems, FlagNames.PREFIX::equals));
		check(properties, problems);
		Set<String> beanKeys = new LinkedHashSet<>();
		beans.forEach((bean) -> beanKeys.add(bean.key()));
		FlagNames names = new FlagNames(ConfigurationPropertySources.get(environment), beanKeys, problems);
		Map<String, FlagProperties> fromProperties = new LinkedHashMap<>();
		Set<String> unreadableStages = new LinkedHashSet<>();
		for (String key : names.keys()) {
			ConfigurationPropertyName name = FlagNames.PREFIX.append(key);
			ProblemCollector collector = new ProblemCollector(problems, (any) -> false, names.unknown());
			fromProperties.put(key, bind(binder, name, FlagProperties.class, new PathKeysHandler(collector)));
			if (collector.hasFailed(name.append("stage"))) {
				unreadableStages.add(key);
			}
		}
		return new MigrationBinding(properties, merge(beans, fromProperties, problems), List.copyOf(problems),
				Set.copyOf(unreadableStages));
	}

	/**
	 * The stages of the flags.
	 * @param unreadable is told of every flag with a stage that is none
	 * @return the stages by flag, without those
	 */
	Map<String, MigrationStage> stages(Consumer<String> unreadable) {
		this.unreadableStages.forEach(unreadable);
		Map<String, MigrationStage> stages = new LinkedHashMap<>();
		for (MigrationFlag flag : this.flags) {
			if (flag.stage() != null) {
				stages.put(flag.key(), flag.stage());
			}
		}
		return stages;
	}

	/**
	 * Everything that is wrong: with how it is written, and with what it says. Of a stage
	 * that could not be read it is not said as well that there is none.
	 * @param dynamicSource whether a dynamic source can serve flags
	 * @return the problems
	 */
	List<Problem> check(boolean dynamicSource) {
		List<MigrationFlag> readable = this.flags.stream()
			.map((flag) -> (flag.stage() == null && this.unreadableStages.contains(flag.key()))
					? flag.toBuilder().stage(MigrationStage.OFF).build() : flag)
			.toList();
		List<Problem> all = new ArrayList<>(this.problems);
		all.addAll(FlagRegistry.validate(readable, dynamicSource));
		return List.copyOf(all);
	}

	/**
	 * The order of the advisor, which is made long before the rest is read.
	 * @param environment where the properties are
	 * @return the order; the default if what is written is wrong, which is reported later
	 */
	static int aopOrder(Environment environment) {
		List<Problem> later = new ArrayList<>();
		return bind(Binder.get(environment), ConfigurationPropertyName.of(MigrationProperties.PREFIX + ".aop"),
				MigrationProperties.Aop.class, new ProblemCollector(later, (any) -> false))
			.order();
	}

	/**
	 * Binds properties. What cannot be bound, down to a value where a group is expected,
	 * is as if it were not set.
	 */
	private static <T> T bind(Binder binder, ConfigurationPropertyName name, Class<T> type, BindHandler handler) {
		return binder.bind(name, Bindable.of(type), handler)
			.orElseGet(() -> new Binder().bindOrCreate(name.toString(), Bindable.of(type)));
	}

	private static List<MigrationFlag> merge(Collection<MigrationFlag> beans,
			Map<String, FlagProperties> fromProperties, List<Problem> problems) {
		List<MigrationFlag> flags = new ArrayList<>();
		for (MigrationFlag bean : beans) {
			FlagProperties properties = fromProperties.remove(bean.key());
			if (properties == null) {
				flags.add(bean);
				continue;
			}
			if (properties.stage() != null) {
				problems.add(new Problem("Flag '%s' is defined by a bean and by properties".formatted(bean.key()),
						"property '%s.%s.stage'".formatted(FlagNames.PREFIX, bean.key()),
						"Remove the stage from the properties, which then only add settings, or remove the bean"));
			}
			flags.add(build(bean.toBuilder(), properties));
		}
		fromProperties.forEach((key, properties) -> flags.add(build(MigrationFlag.named(key), properties)));
		return List.copyOf(flags);
	}

	private static MigrationFlag build(MigrationFlag.Builder flag, FlagProperties properties) {
		properties.applyTo(flag);
		return flag.build();
	}

	private static void check(MigrationProperties properties, List<Problem> problems) {
		Limits limits = new Limits(problems);
		limits.positive("start-up-timeout", properties.startUpTimeout());
		limits.atLeast("executor.threads", properties.executor().threads(), 1);
		limits.atLeast("executor.queue", properties.executor().queue(), 0);
		limits.atLeast("mismatches.keep", properties.mismatches().keep(), 0);
		limits.positive("store.poll-interval", properties.store().pollInterval());
		limits.positive("store.max-staleness", properties.store().maxStaleness());
		limits.positive("repair.interval", properties.repair().interval());
		limits.positive("repair.backoff", properties.repair().backoff());
		limits.positive("repair.max-backoff", properties.repair().maxBackoff());
		limits.atLeast("repair.attempts", properties.repair().attempts(), 1);
		limits.atLeast("repair.batch", properties.repair().batch(), 1);
		limits.atLeast("repair.rate", properties.repair().rate(), 1);
		limits.atLeast("sync.rate", properties.sync().rate(), 1);
	}

	/**
	 * The limits of properties that are numbers or durations.
	 */
	private record Limits(List<Problem> problems) {

		void positive(String property, Duration value) {
			if (value.isZero() || value.isNegative()) {
				add(property, value, "Use a duration above zero, such as 1s");
			}
		}

		void atLeast(String property, int value, int least) {
			if (value < least) {
				add(property, value, "Use %d or more".formatted(least));
			}
		}

		private void add(String property, Object value, String fix) {
			this.problems.add(new Problem("'%s' is not valid".formatted(value),
					"property '%s.%s'".formatted(MigrationProperties.PREFIX, property), fix));
		}

	}

}
