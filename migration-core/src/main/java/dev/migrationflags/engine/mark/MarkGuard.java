package dev.migrationflags.engine.mark;

import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlipGuard;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the authority of a flag from changing while keys are marked.
 */
public final class MarkGuard implements FlipGuard {

	private final MarkStore marks;

	private final Consumer<String> repair;

	private final ObjIntConsumer<String> voided;

	/**
	 * Creates a guard.
	 * @param marks the marks
	 * @param repair has the keys of a flag repaired at once; does not wait
	 * @param voided is told how many marks of a flag were made void
	 */
	public MarkGuard(MarkStore marks, Consumer<String> repair, ObjIntConsumer<String> voided) {
		this.marks = marks;
		this.repair = repair;
		this.voided = voided;
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

	/**
	 * A store that outlives the process has made them void together with the change: what
	 * is marked by now is of the time after it.
	 */
	@Override
	public void forgive(Flag flag) {
		if (this.marks.isDurable()) {
			return;
		}
		this.voided.accept(flag.key(), this.marks.voidAll(flag.key()));
	}

}
