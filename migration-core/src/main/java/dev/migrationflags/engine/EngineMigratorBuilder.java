package dev.migrationflags.engine;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationFlag.Read;
import dev.migrationflags.MigrationFlag.Settings;
import dev.migrationflags.Migrator;
import dev.migrationflags.MigratorBuilder;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.ResultComparator;
import dev.migrationflags.ThrowingFunction;
import dev.migrationflags.engine.OperationMigrator.Sides;
import dev.migrationflags.flags.Flag;

/**
 * Collects the parts of a migrator.
 */
final class EngineMigratorBuilder<P, R, W> implements MigratorBuilder<P, R, W> {

	private final Operations operations;

	private final Flag flag;

	private String operation;

	private boolean trackLatency;

	private boolean trackErrors;

	private @Nullable ReadExecution readExecution;

	private @Nullable ResultComparator<Object> comparator;

	private @Nullable Functions<P, R> read;

	private @Nullable Functions<P, W> write;

	EngineMigratorBuilder(Operations operations, Flag flag) {
		this.operations = operations;
		this.flag = flag;
		this.operation = flag.key();
		this.trackLatency = flag.definition().trackLatency();
		this.trackErrors = flag.definition().trackErrors();
	}

	@Override
	public MigratorBuilder<P, R, W> operation(String name) {
		this.operation = name;
		return this;
	}

	@Override
	public MigratorBuilder<P, R, W> read(ThrowingFunction<P, R> oldSide, ThrowingFunction<P, R> newSide) {
		this.read = new Functions<>(oldSide, newSide);
		this.comparator = null;
		return this;
	}

	@Override
	@SuppressWarnings("unchecked")
	public MigratorBuilder<P, R, W> read(ThrowingFunction<P, R> oldSide, ThrowingFunction<P, R> newSide,
			ResultComparator<R> comparator) {
		this.read = new Functions<>(oldSide, newSide);
		this.comparator = (ResultComparator<Object>) comparator;
		return this;
	}

	@Override
	public MigratorBuilder<P, R, W> write(ThrowingFunction<P, W> oldSide, ThrowingFunction<P, W> newSide) {
		this.write = new Functions<>(oldSide, newSide);
		return this;
	}

	@Override
	public MigratorBuilder<P, R, W> readExecution(ReadExecution execution) {
		this.readExecution = execution;
		return this;
	}

	@Override
	public MigratorBuilder<P, R, W> trackLatency(boolean track) {
		this.trackLatency = track;
		return this;
	}

	@Override
	public MigratorBuilder<P, R, W> trackErrors(boolean track) {
		this.trackErrors = track;
		return this;
	}

	@Override
	public Migrator<P, R, W> build() {
		if (this.read == null && this.write == null) {
			throw new IllegalStateException(
					"The migrator of flag '%s' has neither a read nor a write; call read(old, new) or write(old, new)"
						.formatted(this.flag.key()));
		}
		if (this.write != null && !settings().write().await()) {
			throw new IllegalStateException(
					"Writes of a migrator are not marked, so their callers have to wait for the second write: remove write.await=false of flag '%s', or set operations.%s.write.await=true"
						.formatted(this.flag.key(), this.operation));
		}
		return new OperationMigrator<>(sides(this.read, OperationType.READ), sides(this.write, OperationType.WRITE));
	}

	private <T> @Nullable Sides<P, T> sides(@Nullable Functions<P, T> functions, OperationType type) {
		if (functions == null) {
			return null;
		}
		Operation operation = this.operations.operation(new OperationSpec(this.flag, this.operation, type, settings(),
				(type == OperationType.READ) ? this.comparator : null, this.trackLatency, this.trackErrors,
				OperationSpec.Managers.UNKNOWN, null));
		return new Sides<>(operation, functions.oldSide, functions.newSide);
	}

	private Settings settings() {
		Settings settings = this.flag.definition().settings(this.operation);
		if (this.readExecution == null) {
			return settings;
		}
		Read read = settings.read();
		return new Settings(new Read(this.readExecution, read.timeout(), read.sampling(), read.checkSampling()),
				settings.write(), settings.comparison());
	}

	/**
	 * Makes an operation ready to run.
	 */
	@FunctionalInterface
	interface Operations {

		Operation operation(OperationSpec spec);

	}

	private record Functions<P, T>(ThrowingFunction<P, T> oldSide, ThrowingFunction<P, T> newSide) {
	}

}
