package dev.migrationflags.aop;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.engine.OperationSpec;
import dev.migrationflags.engine.OperationType;
import dev.migrationflags.engine.ResultKind;
import dev.migrationflags.engine.mark.KeyText;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which operations have marks: writes that mark their keys, and reads that look
 * for the marks of theirs.
 */
final class Marking {

	private static final Logger logger = LoggerFactory.getLogger(Marking.class);

	private final Map<String, KeyedSides> sides;

	private final BooleanSupplier durable;

	private final List<Problem> problems;

	/**
	 * Creates the rules.
	 * @param sides the keyed stores by flag
	 * @param durable whether marks outlive this process
	 * @param problems what is wrong
	 */
	Marking(Map<String, KeyedSides> sides, BooleanSupplier durable, List<Problem> problems) {
		this.sides = sides;
		this.durable = durable;
		this.problems = problems;
	}

	/**
	 * How the keys of an operation are written.
	 * @return the text of keys, or {@code null} if the operation has no marks
	 */
	@Nullable KeyText keys(OperationSpec spec, ResultKind kind, OperationExpressions expressions, Pair pair) {
		KeyedSides sides = this.sides.get(spec.flag().key());
		// the elements of a Flux are not kept, so there is no result to take a key from
		boolean hasKey = expressions.hasKey() && (kind != ResultKind.FLUX || !expressions.hasKeyOfResult());
		if (spec.type() == OperationType.READ) {
			return (sides != null && hasKey) ? sides.keys() : null;
		}
		if (spec.flag().stages().stream().noneMatch(MigrationStage::writesBoth)) {
			return null;
		}
		KeyText keys = written(spec, sides, hasKey, pair);
		if (!spec.settings().write().await()) {
			checkNotAwaited(spec, keys != null, pair);
		}
		return keys;
	}

	private @Nullable KeyText written(OperationSpec spec, @Nullable KeyedSides sides, boolean hasKey, Pair pair) {
		WriteConsistency wanted = spec.settings().write().consistency();
		if (wanted == WriteConsistency.COUNTED) {
			return null;
		}
		if (sides == null) {
			if (wanted == WriteConsistency.MARKED) {
				logger.warn(
						"Writes of {} cannot be marked, because flag '{}' has no KeyedStores: those that reach one side only are counted, not repaired. Let a bean of each side implement KeyedStore, or use write.consistency=counted",
						pair.oldSide().where(), spec.flag().key());
			}
			return null;
		}
		if (!hasKey) {
			logger.warn("Writes of {} have no key: those that reach one side only are counted, not repaired. "
					+ "Add key = \"…\" to @MigrationWrite", pair.oldSide().where());
			return null;
		}
		return sides.keys();
	}

	private void checkNotAwaited(OperationSpec spec, boolean marked, Pair pair) {
		if (!marked) {
			add(pair, "Callers shall not wait for the second write of %s, which is not marked", spec,
					"Let both sides be KeyedStores and give the write a key, or remove write.await=false");
		}
		else if (!this.durable.getAsBoolean()) {
			add(pair, "Callers shall not wait for the second write of %s, and its marks do not outlive the process",
					spec, "Set migration.store.type=jdbc, or remove write.await=false");
		}
	}

	private void add(Pair pair, String what, OperationSpec spec, String fix) {
		this.problems.add(new Problem(what.formatted(spec.name(), spec.flag().key()),
				pair.oldSide().where() + "; " + pair.newSide().where(), fix));
	}

}
