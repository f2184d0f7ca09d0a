package dev.migrationflags.flags;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.UnknownFlagException;
import org.jspecify.annotations.Nullable;

/**
 * All flags of the application, in order of definition. Flags that only a dynamic source
 * knows join them when they are first used; none ever leaves.
 */
public final class FlagRegistry {

	private final FlagSources sources;

	private final List<Consumer<Flag>> listeners = new ArrayList<>();

	private volatile Map<String, Flag> flags;

	private FlagRegistry(Map<String, Flag> flags, FlagSources sources) {
		this.flags = Collections.unmodifiableMap(flags);
		this.sources = sources;
	}

	/**
	 * A registry of flags whose stages no dynamic source serves.
	 * @param definitions the definitions
	 * @return the registry
	 * @throws MigrationSetupException if a definition is wrong; lists all that is
	 */
	public static FlagRegistry of(Collection<MigrationFlag> definitions) {
		return of(definitions, FlagSources.none());
	}

	/**
	 * A registry of flags.
	 * @param definitions the definitions
	 * @param sources the dynamic sources, which are closed by who made them
	 * @return the registry
	 * @throws MigrationSetupException if a definition is wrong; lists all that is
	 */
	public static FlagRegistry of(Collection<MigrationFlag> definitions, FlagSources sources) {
		List<Problem> problems = validate(definitions, sources.isPresent());
		if (!problems.isEmpty()) {
			throw new MigrationSetupException(problems);
		}
		Map<String, Flag> flags = new LinkedHashMap<>();
		definitions.forEach((definition) -> flags.put(definition.key(), new Flag(definition, sources)));
		return new FlagRegistry(flags, sources);
	}

	/**
	 * What is wrong with definitions of flags.
	 * @param definitions the definitions
	 * @param dynamicSource whether a dynamic source can serve flags
	 * @return the problems, none if the definitions are fine
	 */
	public static List<Problem> validate(Collection<MigrationFlag> definitions, boolean dynamicSource) {
		return DefinitionRules.problems(definitions, dynamicSource);
	}

	/**
	 * What is odd about definitions of flags, but stops nothing.
	 * @param definitions the definitions
	 * @param dynamicSource whether a dynamic source can serve flags
	 * @return the oddities, to be logged as warnings
	 */
	public static List<Problem> warnings(Collection<MigrationFlag> definitions, boolean dynamicSource) {
		return DefinitionRules.warnings(definitions, dynamicSource);
	}

	/**
	 * The flag with a key.
	 * @param key the key
	 * @return the flag
	 * @throws UnknownFlagException if nobody has defined it
	 */
	public Flag get(String key) {
		Flag flag = find(key);
		if (flag == null) {
			throw new UnknownFlagException(key, keys());
		}
		return flag;
	}

	/**
	 * The flag with a key.
	 * @param key the key
	 * @return the flag, or {@code null} if nobody has defined it
	 */
	public @Nullable Flag find(String key) {
		return this.flags.get(key);
	}

	/**
	 * The flag with a key, defined or not: one that is not has the default settings, and
	 * its stage from a dynamic source.
	 * @param key the key
	 * @return the flag, or {@code null} if nobody has defined it and there is no dynamic
	 * source, or the key is none
	 */
	public @Nullable Flag served(String key) {
		Flag flag = find(key);
		MigrationFlag definition = MigrationFlag.named(key).build();
		return (flag != null || !this.sources.isPresent() || !validate(List.of(definition), true).isEmpty()) ? flag
				: add(new Flag(definition, this.sources));
	}

	/**
	 * The flag with a key, defined or told by a dynamic source now or within the time-out
	 * of start-up.
	 * @param key the key
	 * @return the flag
	 * @throws UnknownFlagException if nobody knows it
	 */
	public Flag getOrAsk(String key) {
		MigrationFlag definition = MigrationFlag.named(key).build();
		if (find(key) != null || !this.sources.isPresent() || !validate(List.of(definition), true).isEmpty()) {
			return get(key);
		}
		Flag flag = new Flag(definition, this.sources);
		return this.sources.awaitAll(List.of(flag)).isEmpty() ? add(flag) : get(key);
	}

	private synchronized Flag add(Flag flag) {
		Flag known = find(flag.key());
		if (known != null) {
			return known;
		}
		Map<String, Flag> flags = new LinkedHashMap<>(this.flags);
		flags.put(flag.key(), flag);
		this.flags = Collections.unmodifiableMap(flags);
		this.listeners.forEach((listener) -> listener.accept(flag));
		return flag;
	}

	/**
	 * Tells of every flag, of those of now and of those that join later.
	 * @param listener is told; quick
	 */
	public synchronized void onFlag(Consumer<Flag> listener) {
		all().forEach(listener);
		this.listeners.add(listener);
	}

	/**
	 * Asks the dynamic sources for the base stages, waits for those that only they know,
	 * and has all of them looked at every second from then on.
	 * @return what is wrong: the flags whose stage nobody has told in time
	 */
	public List<Problem> startSources() {
		List<Problem> problems = this.sources.awaitAll(all());
		this.sources.start(this::all);
		return problems;
	}

	FlagSources sources() {
		return this.sources;
	}

	/**
	 * All flags.
	 * @return the flags, unmodifiable, in order of definition
	 */
	public Collection<Flag> all() {
		return this.flags.values();
	}

	/**
	 * The keys of all flags.
	 * @return the keys, unmodifiable, in order of definition
	 */
	public Set<String> keys() {
		return this.flags.keySet();
	}

	/**
	 * Which flags with write operations have a rollout or cohort that lets contexts
	 * disagree that may share data. To be asked once the write operations are declared.
	 * @return the problems
	 */
	public List<Problem> checkRollouts() {
		return rolloutProblems(6);
	}

	/**
	 * As {@link #checkRollouts()}, for flags of four stages, where it is a warning.
	 * @return the oddities, to be logged as warnings
	 */
	public List<Problem> rolloutWarnings() {
		return rolloutProblems(4);
	}

	private List<Problem> rolloutProblems(int stages) {
		Stream<@Nullable Problem> problems = all().stream()
			.filter((flag) -> flag.definition().stages() == stages && flag.isKnown())
			.map((flag) -> RolloutRule.problem(flag, flag.stage()));
		return new ArrayList<>(problems.filter(Objects::nonNull).toList());
	}

}
