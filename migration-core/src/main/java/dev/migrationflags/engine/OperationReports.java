package dev.migrationflags.engine;

import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who wants to know of every operation, call by call, as meters do not tell it:
 * a flag system with insights of its own. Must not throw, nor block.
 */
@FunctionalInterface
public interface OperationReports {

	/**
	 * Nobody wants to know.
	 */
	OperationReports NONE = (flag, type) -> null;

	/**
	 * A call begins, on the caller's thread; its stage is decided next.
	 * @param flag its flag
	 * @param type whether it reads or writes
	 * @return what to tell, or {@code null} to hear nothing of this call
	 */
	@Nullable OperationReport begin(Flag flag, OperationType type);

}
