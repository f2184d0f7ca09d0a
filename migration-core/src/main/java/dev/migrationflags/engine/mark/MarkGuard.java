package dev.migrationflags.engine.mark;

import java.util.function.Consumer;

import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlipGuard;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the authority of a flag from changing while keys are marked.
 */
public final class MarkGuard implements FlipGuard {

	private final MarkStore marks;

	private final Consumer<String> repair;

	/**
	 * Creates a guard.
	 * @param marks the marks
	 * @param repair has the keys of a flag repaired at once; does not wait
	 */
	public MarkGuard(MarkStore marks, Consumer<String> repair) {
		this.marks = marks;
		this.repair = repair;
	}

	@Override
	public void settle(Flag flag) {
		this.marks.flush(flag.key());
		this.repair.accept(flag.key());
	}

	@Override
	public @Nullable String debt(Flag flag) {
		// what has ended since was left for later again
		this.marks.flush(flag.key());
		if (!this.marks.hasMarks(flag.key())) {
			return null;
		}
		this.repair.accept(flag.key());
		return "backlog: keys are marked, their two sides may differ until they are repaired";
	}

	@Override
	public void forgive(Flag flag) {
		this.marks.voidAll(flag.key());
	}

}
