package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationFlag.Settings;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.engine.mark.KeyText;
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
 * @param managers the transaction managers of its sides
 * @param keys writes the keys that calls touch as text, if they are marked; else
 * {@code null}
 */
public record OperationSpec(Flag flag, String name, OperationType type, Settings settings,
		@Nullable ResultComparator<Object> comparator, boolean trackLatency, boolean trackErrors, Managers managers,
		@Nullable KeyText keys) {

	/**
	 * An operation that runs and is measured as its flag says.
	 * @param flag its flag
	 * @param name its name
	 * @param type whether it reads or writes
	 * @return the operation's meaning
	 */
	public static OperationSpec of(Flag flag, String name, OperationType type) {
		return new OperationSpec(flag, name, type, flag.definition().settings(name), null,
				flag.definition().trackLatency(), flag.definition().trackErrors(), Managers.UNKNOWN, null);
	}

	/**
	 * The same operation with known transaction managers.
	 * @param managers the transaction managers of its sides
	 * @return the operation's meaning
	 */
	public OperationSpec with(Managers managers) {
		return new OperationSpec(this.flag, this.name, this.type, this.settings, this.comparator, this.trackLatency,
				this.trackErrors, managers, this.keys);
	}

	/**
	 * The same operation with keys that are marked: by a write for which that is set, and
	 * looked for by a read.
	 * @param keys writes keys as text, or {@code null} for no marks
	 * @return the operation's meaning
	 */
	public OperationSpec with(@Nullable KeyText keys) {
		return new OperationSpec(this.flag, this.name, this.type, this.settings, this.comparator, this.trackLatency,
				this.trackErrors, this.managers, keys);
	}

	/**
	 * Whether callers of a write get an exception when the secondary was not reached.
	 */
	boolean isStrict() {
		return this.type == OperationType.WRITE && this.settings.write().consistency() == WriteConsistency.STRICT;
	}

	/**
	 * The bean names of the transaction managers of both sides.
	 *
	 * @param oldSide that of the old side, or {@code null} if it cannot be told
	 * @param newSide that of the new side, or {@code null} if it cannot be told
	 */
	public record Managers(@Nullable String oldSide, @Nullable String newSide) {

		/**
		 * Nothing is known: every active transaction counts.
		 */
		public static final Managers UNKNOWN = new Managers(null, null);

		@Nullable String of(MigrationOrigin side) {
			return (side == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
		}

	}

}
