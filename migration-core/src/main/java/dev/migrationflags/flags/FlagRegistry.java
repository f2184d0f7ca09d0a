package dev.migrationflags.flags;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.UnknownFlagException;
import org.jspecify.annotations.Nullable;

/**
 * All flags of the application, in order of definition. The set of flags never changes.
 */
public final class FlagRegistry {

	private final Map<String, Flag> flags;

	private FlagRegistry(Map<String, Flag> flags) {
		this.flags = Collections.unmodifiableMap(flags);
	}

	/**
	 * A registry of flags whose stages no dynamic source serves.
	 * @param definitions the definitions
	 * @return the registry
	 * @throws MigrationSetupException if a definition is wrong; lists all that is
	 */
	public static FlagRegistry of(Collection<MigrationFlag> definitions) {
		return of(definitions, false);
	}

	/**
	 * A registry of flags.
	 * @param definitions the definitions
	 * @param dynamicSource whether a dynamic source can serve flags
	 * @return the registry
	 * @throws MigrationSetupException if a definition is wrong; lists all that is
	 */
	public static FlagRegistry of(Collection<MigrationFlag> definitions, boolean dynamicSource) {
		List<Problem> problems = validate(definitions, dynamicSource);
		if (!problems.isEmpty()) {
			throw new MigrationSetupException(problems);
		}
		Map<String, Flag> flags = new LinkedHashMap<>();
		definitions.forEach((definition) -> flags.put(definition.key(), new Flag(definition)));
		return new FlagRegistry(flags);
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
			.filter((flag) -> flag.definition().stages() == stages)
			.map((flag) -> RolloutRule.problem(flag, flag.stage()));
		return new ArrayList<>(problems.filter(Objects::nonNull).toList());
	}

}
