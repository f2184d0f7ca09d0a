package dev.migrationflags.engine;

import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;

/**
 * Both sides one after the other on the caller's thread, then the comparison: the modes
 * {@code serial} and, with a coin toss for the order, {@code random}.
 */
final class SerialRead implements ReadMode {

	private final ReadOutcomes outcomes;

	private final boolean tossCoin;

	SerialRead(ReadOutcomes outcomes, boolean tossCoin) {
		this.outcomes = outcomes;
		this.tossCoin = tossCoin;
	}

	@Override
	public @Nullable Object read(Call call, MigrationStage stage) throws Throwable {
		return (this.tossCoin && ThreadLocalRandom.current().nextBoolean()) ? secondaryFirst(call, stage)
				: authorityFirst(call, stage);
	}

	private @Nullable Object authorityFirst(Call call, MigrationStage stage) throws Throwable {
		MigrationOrigin authority = stage.authority();
		MigrationOrigin other = authority.other();
		long start = System.nanoTime();
		Attempt authoritative = attempt(call, authority);
		long middle = System.nanoTime();
		Attempt secondary = Isolated.attempt(other, call);
		long end = System.nanoTime();
		this.outcomes.evaluate(call, stage, start, authoritative, middle - start, secondary, end - middle);
		return authoritative.unwrap();
	}

	private @Nullable Object secondaryFirst(Call call, MigrationStage stage) throws Throwable {
		MigrationOrigin authority = stage.authority();
		MigrationOrigin other = authority.other();
		long start = System.nanoTime();
		Attempt secondary = Isolated.attempt(other, call);
		long middle = System.nanoTime();
		Attempt authoritative = attempt(call, authority);
		long end = System.nanoTime();
		this.outcomes.evaluate(call, stage, start, authoritative, end - middle, secondary, middle - start);
		return authoritative.unwrap();
	}

	private static Attempt attempt(Call call, MigrationOrigin side) {
		try {
			return Attempt.returned(side, call.run(side));
		}
		catch (Throwable ex) {
			return Attempt.threw(side, ex);
		}
	}

}
