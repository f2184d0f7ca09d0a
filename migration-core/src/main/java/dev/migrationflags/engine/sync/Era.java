package dev.migrationflags.engine.sync;

import java.util.List;

import dev.migrationflags.StageChangedEvent;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.StageStore;

/**
 * The time in which the stage of a flag is of one class: what was copied or compared
 * before says nothing any more.
 *
 * @param stages the changes of all flags
 */
record Era(StageStore stages) {

	/**
	 * Whether the class of the stage has changed between two epochs. What cannot be told
	 * is over.
	 */
	boolean isOver(Flag flag, long from, long to) {
		if (to <= from) {
			return false;
		}
		List<StageChangedEvent> since = this.stages.changes(flag)
			.stream()
			.filter((change) -> change.epoch() > from && change.epoch() <= to)
			.toList();
		return since.size() != to - from
				|| since.stream().anyMatch((change) -> !change.from().sameClassAs(change.to()));
	}

}
