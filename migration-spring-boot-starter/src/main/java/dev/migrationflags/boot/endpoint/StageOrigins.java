package dev.migrationflags.boot.endpoint;

import java.util.Set;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationFlag;
import dev.migrationflags.flags.Flag;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Says where the stage of a flag comes from.
 *
 * @param beans the keys of the flags that are defined by beans
 */
record StageOrigins(Set<String> beans) {

	static StageOrigins of(ObjectProvider<MigrationFlag> definitions) {
		return new StageOrigins(definitions.stream().map(MigrationFlag::key).collect(Collectors.toUnmodifiableSet()));
	}

	/**
	 * The origin of the base stage.
	 * @param flag the flag
	 * @return the name of the dynamic source that owns the flag; else {@code store} once
	 * it has moved; else where it is defined: {@code properties} or {@code bean}
	 */
	String of(Flag flag) {
		String owner = flag.owner();
		if (owner != null) {
			return owner;
		}
		if (flag.epoch() > 0) {
			return "store";
		}
		return this.beans.contains(flag.key()) ? "bean" : "properties";
	}

}
