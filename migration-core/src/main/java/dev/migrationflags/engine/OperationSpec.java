package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationFlag.Settings;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.flags.Flag;

/**
 * The meaning of one operation, worked out once at start-up.
 *
 * @param flag its flag
 * @param name its name
 * @param type whether it reads or writes
 * @param settings how it runs
 * @param comparator how its results are compared, or {@code null} for the application's
 * comparators and the structure
 * @param trackLatency whether successes are recorded
 * @param trackErrors whether failures are recorded
 */
public record OperationSpec(Flag flag, String name, OperationType type, Settings settings,
		@Nullable ResultComparator<Object> comparator, boolean trackLatency, boolean trackErrors) {

	/**
	 * An operation that runs and is measured as its flag says.
	 * @param flag its flag
	 * @param name its name
	 * @param type whether it reads or writes
	 * @return the operation's meaning
	 */
	public static OperationSpec of(Flag flag, String name, OperationType type) {
		return new OperationSpec(flag, name, type, flag.definition().settings(name), null,
				flag.definition().trackLatency(), flag.definition().trackErrors());
	}

}
