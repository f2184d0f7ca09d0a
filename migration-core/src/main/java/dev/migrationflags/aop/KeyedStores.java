package dev.migrationflags.aop;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.migrationflags.KeyCodec;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.mark.KeyText;
import dev.migrationflags.engine.mark.KeyTexts;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * Makes pairs of the keyed stores of each flag, and says what does not fit.
 */
final class KeyedStores {

	private static final Logger logger = LoggerFactory.getLogger(KeyedStores.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final FlagRegistry flags;

	private final Predicate<String> declared;

	private final List<Problem> problems;

	KeyedStores(ConfigurableListableBeanFactory beanFactory, FlagRegistry flags, Predicate<String> declared,
			List<Problem> problems) {
		this.beanFactory = beanFactory;
		this.flags = flags;
		this.declared = declared;
		this.problems = problems;
	}

	/**
	 * The two sides of each flag that has both.
	 */
	Map<String, KeyedSides> sides(Collection<KeyedBean> beans) {
		Map<String, KeyedSides> sides = new LinkedHashMap<>();
		beans.stream().map(KeyedBean::flag).distinct().forEach((key) -> {
			List<KeyedBean> ofFlag = beans.stream().filter((bean) -> bean.flag().equals(key)).toList();
			Flag flag = this.declared.test(key) ? this.flags.find(key) : this.flags.served(key);
			KeyedBean oldSide = single(ofFlag, MigrationOrigin.OLD);
			KeyedBean newSide = single(ofFlag, MigrationOrigin.NEW);
			if (flag == null) {
				unknown(ofFlag.get(0));
			}
			else if (oldSide != null && newSide != null) {
				KeyText keys = keys(oldSide, newSide);
				if (keys != null) {
					sides.put(key, new KeyedSides(keys, new UnroutedStore(this.beanFactory, oldSide.beanName(), flag),
							new UnroutedStore(this.beanFactory, newSide.beanName(), flag)));
				}
			}
		});
		return sides;
	}

	/**
	 * A flag that is defined wrongly has problems of its own.
	 */
	private void unknown(KeyedBean bean) {
		if (!this.declared.test(bean.flag())) {
			String what = "Unknown flag '%s'".formatted(bean.flag());
			if (this.problems.stream().noneMatch((problem) -> problem.what().equals(what))) {
				this.problems.add(new Problem(what, bean.where(),
						"Define migration.flags.%s.stage or a MigrationFlag bean".formatted(bean.flag())));
			}
		}
	}

	private @Nullable KeyedBean single(List<KeyedBean> beans, MigrationOrigin side) {
		List<KeyedBean> ofSide = beans.stream().filter((bean) -> bean.origin() == side).toList();
		String flag = beans.get(0).flag();
		if (ofSide.isEmpty()) {
			logger.warn(
					"Flag '{}' has no KeyedStore of its {} side ({}): its writes are not repaired. "
							+ "Let a bean under @Migration(flag = \"{}\", origin = {}) implement KeyedStore too",
					flag, side.key(), beans.get(0).where(), flag, side);
			return null;
		}
		if (ofSide.size() > 1) {
			this.problems.add(new Problem(
					"The KeyedStore of the %s side of flag '%s' is there %d times".formatted(side.key(), flag,
							ofSide.size()),
					String.join("; ", ofSide.stream().map(KeyedBean::where).toList()),
					"Keep one KeyedStore bean per side"));
			return null;
		}
		return ofSide.get(0);
	}

	/**
	 * How the keys of both sides are written, if they are the same.
	 */
	private @Nullable KeyText keys(KeyedBean oldSide, KeyedBean newSide) {
		ResolvableType oldStore = oldSide.store(this.beanFactory);
		ResolvableType newStore = newSide.store(this.beanFactory);
		Class<?> key = KeyedBean.key(oldStore);
		String where = oldSide.where() + "; " + newSide.where();
		boolean fits = same("keys", oldStore.getGeneric(0), newStore.getGeneric(0), oldSide, where)
				& same("values", oldStore.getGeneric(1), newStore.getGeneric(1), oldSide, where);
		if (key == null || KeyedBean.key(newStore) == null) {
			this.problems.add(new Problem(
					"The type of the keys of the KeyedStores of flag '%s' cannot be told".formatted(oldSide.flag()),
					where, "Implement KeyedStore with a type that is no variable, such as KeyedStore<Long, Order>"));
			return null;
		}
		return fits ? keys(key, oldStore.getGeneric(0), oldSide, where) : null;
	}

	private boolean same(String what, ResolvableType oldType, ResolvableType newType, KeyedBean bean, String where) {
		boolean told = oldType.resolve() != null && newType.resolve() != null;
		if (told && !(oldType.isAssignableFrom(newType) && newType.isAssignableFrom(oldType))) {
			this.problems.add(
					new Problem(
							"The KeyedStores of flag '%s' have %s of types %s and %s".formatted(bean.flag(), what,
									oldType, newType),
							where, "Let both have the same type, as the one copies to the other"));
			return false;
		}
		return true;
	}

	@SuppressWarnings("rawtypes")
	private @Nullable KeyText keys(Class<?> key, ResolvableType generic, KeyedBean bean, String where) {
		ObjectProvider<KeyCodec> codecs = this.beanFactory
			.getBeanProvider(ResolvableType.forClassWithGenerics(KeyCodec.class, generic));
		List<KeyCodec> found = codecs.orderedStream().toList();
		KeyCodec<?> codec = (found.size() > 1) ? codecs.getIfUnique() : found.stream().findFirst().orElse(null);
		if (codec != null) {
			return KeyTexts.of(key, codec);
		}
		KeyText keys = (found.size() > 1) ? null : KeyTexts.of(key);
		if (keys == null) {
			this.problems.add(new Problem(
					((found.size() > 1) ? "The keys of flag '%s', of type %s, have %d KeyCodecs"
							: "The keys of flag '%s', of type %s, cannot be written as text")
						.formatted(bean.flag(), generic, found.size()),
					where,
					(found.size() > 1)
							? "Keep one KeyCodec<%s> bean, or make one of them primary".formatted(key.getSimpleName())
							: "Use String, a number, UUID or an enum, or add a KeyCodec<%s> bean"
								.formatted(key.getSimpleName())));
		}
		return keys;
	}

}
