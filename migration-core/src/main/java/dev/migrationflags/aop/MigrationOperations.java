package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.Engine;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.MigrationSetupException;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;

/**
 * All operations of the application. Wired once, when all singletons are there and before
 * anything is served, or earlier if a migrated method is called earlier.
 */
public final class MigrationOperations implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(MigrationOperations.class);

	private static final Object NONE = new Object();

	private final Map<MethodClassKey, Object> calls = new ConcurrentHashMap<>();

	private final ConfigurableListableBeanFactory beanFactory;

	private final MigrationClasses classes;

	private final Supplier<Engine> engine;

	private final Supplier<FlagRegistry> flags;

	private final Supplier<Setup> setup;

	private volatile @Nullable Wired wired;

	/**
	 * Creates the operations.
	 * @param beanFactory holds the beans
	 * @param classes reads annotations
	 * @param engine runs operations
	 * @param flags the flags
	 * @param setup what is known about the set-up before it is wired
	 */
	public MigrationOperations(ConfigurableListableBeanFactory beanFactory, MigrationClasses classes,
			Supplier<Engine> engine, Supplier<FlagRegistry> flags, Supplier<Setup> setup) {
		this.beanFactory = beanFactory;
		this.classes = classes;
		this.engine = engine;
		this.flags = flags;
		this.setup = setup;
	}

	/**
	 * Checks everything and wires it. A migrated method that was called before has wired
	 * what was known then; now all beans are there.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Wired wired = wire();
		FlagRegistry flags = this.flags.get();
		List<Problem> untold = flags.startSources();
		List<Problem> problems = new ArrayList<>(problems(wired));
		problems.addAll(untold);
		if (!problems.isEmpty()) {
			throw new MigrationSetupException(problems);
		}
		flags.rolloutWarnings()
			.forEach((warning) -> logger.warn("{} ({}): {}", warning.what(), warning.where(), warning.fix()));
		if (!wired.operations().isEmpty()) {
			logger.info("{}", OperationTable.of(list(), flags));
		}
		wired.keyed()
			.forEach((flag, sides) -> logger.info("Keyed stores of flag {}: {} (old), {} (new), keys: {}", flag,
					sides.oldSide(), sides.newSide(), sides.keys()));
	}

	private List<Problem> problems(Wired wired) {
		List<Problem> problems = new ArrayList<>(this.setup.get().problems());
		problems.addAll(wired.problems());
		problems.addAll(this.flags.get().checkRollouts());
		return problems.stream().distinct().toList();
	}

	/**
	 * The operations that were wired.
	 * @return the operations, in order of discovery
	 */
	public List<OperationInfo> list() {
		Wired wired = this.wired;
		return (wired != null) ? wired.operations().values().stream().map(WiredOperation::info).toList() : List.of();
	}

	/**
	 * The flags whose two sides can be addressed by key.
	 * @return the sides by the key of the flag, unmodifiable; empty before they are wired
	 */
	public Map<String, KeyedSides> keyedSides() {
		Wired wired = this.wired;
		return (wired != null) ? Collections.unmodifiableMap(wired.keyed()) : Map.of();
	}

	@Nullable BoundMethod find(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Object found = this.calls.get(key);
		if (found == null) {
			BoundMethod bound = look(method, targetClass);
			found = (bound != null) ? bound : NONE;
			this.calls.put(key, found);
		}
		return (found instanceof BoundMethod bound) ? bound : null;
	}

	private @Nullable BoundMethod look(Method method, Class<?> targetClass) {
		MigrationMethod found = this.classes.of(targetClass).find(method);
		if (found == null || found.flag() == null || found.origin() == null) {
			return null;
		}
		Candidate.Key key = new Candidate("", found).key();
		Wired wired = this.wired;
		if (wired == null || !wired.operations().containsKey(key)) {
			// not wired yet, or a lazy bean whose definition did not tell its class
			wired = wire();
		}
		WiredOperation operation = wired.operations().get(key);
		if (operation == null) {
			List<Problem> problems = problems(wired);
			throw new MigrationSetupException(!problems.isEmpty() ? problems
					: List.of(new Problem(
							"The %s is not wired: no bean definition tells of both sides".formatted(key.describe()),
							"method " + found.signature(), "Let the return type of @Bean methods be the class")));
		}
		return operation.bound(found.origin());
	}

	private synchronized Wired wire() {
		Wired earlier = this.wired;
		List<Problem> problems = new ArrayList<>();
		BeanScan scan = new BeanScan(this.beanFactory, this.classes, this.setup.get().proxies(), problems);
		Collection<Candidate> candidates = scan.candidates();
		Map<String, KeyedSides> keyed = new KeyedStores(this.beanFactory, this.flags.get(),
				this.setup.get().declaredFlags()::contains, problems)
			.sides(scan.keyed());
		OperationFactory factory = new OperationFactory(this.beanFactory, this.engine.get(), this.flags.get(),
				this.setup.get(), keyed, problems);
		Map<Candidate.Key, WiredOperation> operations = new LinkedHashMap<>();
		for (Pair pair : new Pairing(problems).pairs(factory.usable(candidates))) {
			WiredOperation known = (earlier != null) ? earlier.operations().get(pair.key()) : null;
			int before = problems.size();
			if (known != null && earlier != null && !earlier.keyed().keySet().containsAll(keyed.keySet())) {
				checkKeyed(known, earlier, keyed, pair, problems);
			}
			WiredOperation operation = (known != null) ? known : factory.operation(pair);
			if (operation != null && problems.size() == before) {
				operations.put(pair.key(), operation);
			}
		}
		Wired wired = new Wired(operations, keyed, problems);
		this.wired = wired;
		return wired;
	}

	/**
	 * An operation that was called before the keyed stores of its flag were known goes on
	 * without marks, which nobody would notice.
	 */
	private static void checkKeyed(WiredOperation known, Wired earlier, Map<String, KeyedSides> keyed, Pair pair,
			List<Problem> problems) {
		String flag = known.info().flag();
		if (keyed.containsKey(flag) && !earlier.keyed().containsKey(flag)) {
			problems.add(new Problem(
					"The %s was called before the KeyedStores of its flag were known".formatted(pair.key().describe()),
					pair.oldSide().where(), "Let the return type of their @Bean methods be the class"));
		}
	}

	/**
	 * What is known about the set-up before it is wired.
	 *
	 * @param declaredFlags the keys of all flags that somebody has defined, also wrongly
	 * @param problems what is wrong with them
	 * @param proxies whether proxies intercept, which cannot intercept everything
	 */
	public record Setup(Collection<String> declaredFlags, List<Problem> problems, boolean proxies) {
	}

	private record Wired(Map<Candidate.Key, WiredOperation> operations, Map<String, KeyedSides> keyed,
			List<Problem> problems) {
	}

	/**
	 * One operation, seen from each of its two methods.
	 */
	record WiredOperation(OperationInfo info, BoundMethod fromOld, BoundMethod fromNew) {

		BoundMethod bound(MigrationOrigin side) {
			return (side == MigrationOrigin.OLD) ? this.fromOld : this.fromNew;
		}

	}

}
