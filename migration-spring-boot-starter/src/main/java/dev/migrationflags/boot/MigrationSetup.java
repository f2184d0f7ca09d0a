package dev.migrationflags.boot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.FlagSources;
import dev.migrationflags.flags.Problem;

/**
 * What the application says about its migrations, and what is wrong with it. The registry
 * holds the flags that are right, so that the wrong ones can be reported together with
 * everything that the wiring finds.
 *
 * @param properties the properties
 * @param definitions all flags, wrong ones too
 * @param registry the flags that are right
 * @param problems what is wrong
 */
record MigrationSetup(MigrationProperties properties, List<MigrationFlag> definitions, FlagRegistry registry,
		List<Problem> problems) {

	static MigrationSetup of(MigrationBinding binding, FlagSources sources) {
		Map<String, MigrationFlag> right = new LinkedHashMap<>();
		for (MigrationFlag flag : binding.flags()) {
			if (FlagRegistry.validate(List.of(flag), sources.isPresent()).isEmpty()) {
				right.putIfAbsent(flag.key(), flag);
			}
		}
		return new MigrationSetup(binding.properties(), binding.flags(), FlagRegistry.of(right.values(), sources),
				binding.check(sources.isPresent()));
	}

	List<String> declaredFlags() {
		return this.definitions.stream().map(MigrationFlag::key).distinct().toList();
	}

}
