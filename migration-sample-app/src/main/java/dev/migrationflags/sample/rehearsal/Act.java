package dev.migrationflags.sample.rehearsal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.migrationflags.MigrationStage;

/**
 * A stretch of the rehearsal: the stage of each flag, and why it is moved there.
 *
 * @param stages the stages, by flag
 * @param reason what an operator would write into the log
 */
record Act(Map<String, MigrationStage> stages, String reason) {

	static final String ORDERS = "orders-db";

	static final String PRICING = "pricing";

	static final String RECEIPTS = "receipts";

	/**
	 * All stages of all three flags, and one step back.
	 */
	static final List<Act> ALL = List.of(
			act(MigrationStage.OFF, MigrationStage.OFF, MigrationStage.OFF, "as it always was"),
			act(MigrationStage.DUAL_WRITE, MigrationStage.OFF, MigrationStage.OFF, "fill the new order store"),
			act(MigrationStage.SHADOW, MigrationStage.SHADOW, MigrationStage.OFF, "compare what both sides answer"),
			act(MigrationStage.LIVE, MigrationStage.LIVE, MigrationStage.OFF, "the new sides take over"),
			act(MigrationStage.RAMP_DOWN, MigrationStage.COMPLETE, MigrationStage.OFF,
					"no more reads of the old store"),
			act(MigrationStage.COMPLETE, MigrationStage.COMPLETE, MigrationStage.COMPLETE, "the old sides are left"),
			act(MigrationStage.RAMP_DOWN, MigrationStage.LIVE, MigrationStage.OFF, "second thoughts: one step back"));

	/**
	 * With misbehaving new sides: up to shadow and back. Not across the flip, which is
	 * refused.
	 */
	static final Act CHAOS_OFF = act(MigrationStage.OFF, MigrationStage.OFF, MigrationStage.OFF, "the old sides alone");

	static final Act CHAOS_DUAL_WRITE = act(MigrationStage.DUAL_WRITE, MigrationStage.OFF, MigrationStage.OFF,
			"write to a new store that misbehaves");

	static final Act CHAOS_SHADOW = act(MigrationStage.SHADOW, MigrationStage.SHADOW, MigrationStage.OFF,
			"read from new sides that misbehave, too");

	/**
	 * All stages of the orders alone, and one step back.
	 */
	static final List<Act> CRASH = List.of(orders(MigrationStage.OFF, "as it always was"),
			orders(MigrationStage.DUAL_WRITE, "fill the new order store"),
			orders(MigrationStage.SHADOW, "compare what both sides answer"),
			orders(MigrationStage.LIVE, "the new side takes over"),
			orders(MigrationStage.RAMP_DOWN, "no more reads of the old store"),
			orders(MigrationStage.COMPLETE, "the old side is left"),
			orders(MigrationStage.RAMP_DOWN, "second thoughts: one step back"));

	private static Act orders(MigrationStage stage, String reason) {
		return new Act(Map.of(ORDERS, stage), reason);
	}

	private static Act act(MigrationStage orders, MigrationStage pricing, MigrationStage receipts, String reason) {
		Map<String, MigrationStage> stages = new LinkedHashMap<>();
		stages.put(ORDERS, orders);
		stages.put(PRICING, pricing);
		stages.put(RECEIPTS, receipts);
		return new Act(stages, reason);
	}

	MigrationStage orders() {
		return this.stages.getOrDefault(ORDERS, MigrationStage.OFF);
	}

	/**
	 * The stages alone, in the order of the flags.
	 * @return the stages in short
	 */
	String stageKeys() {
		return this.stages.values().stream().map(MigrationStage::key).collect(Collectors.joining("/"));
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.stages.forEach((flag,
				stage) -> text.append((text.length() > 0) ? " " : "").append(flag).append('=').append(stage.key()));
		return text.toString();
	}

}
