package dev.migrationflags.flags;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A check of the readiness of a flag, which a flag can require: then it refuses moves to
 * the next stage. Some refuse more than that, required or not.
 */
public final class ReadinessCheck implements MoveCheck {

	/**
	 * The names that a flag may require, in the order in which they are shown.
	 */
	public static final List<String> NAMES = List.of("backlog", "failures", "inflight", "nodes", "sync", "consistency",
			"volume", "errors", "latency");

	private final String name;

	private final boolean settling;

	private final Function<Move, @Nullable Finding> find;

	private ReadinessCheck(String name, boolean settling, Function<Move, @Nullable Finding> find) {
		if (!NAMES.contains(name)) {
			throw new IllegalArgumentException(
					"There is no readiness check '%s'; there are %s".formatted(name, String.join(", ", NAMES)));
		}
		this.name = name;
		this.settling = settling;
		this.find = find;
	}

	/**
	 * A check that informs, and refuses only where it is required.
	 * @param name one of {@link #NAMES}
	 * @param find looks, quickly; {@code null} if the check does not apply to a move
	 * @return the check
	 */
	public static ReadinessCheck informing(String name, Function<Move, @Nullable Finding> find) {
		return new ReadinessCheck(name, false, find);
	}

	/**
	 * A check that refuses moves across the flip, in both directions, and into complete.
	 * @param name one of {@link #NAMES}
	 * @param find looks, quickly; {@code null} if the check does not apply to a move
	 * @return the check
	 */
	public static ReadinessCheck settling(String name, Function<Move, @Nullable Finding> find) {
		return new ReadinessCheck(name, true, find);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public @Nullable String refusal(Move move) {
		if (!blocks(move)) {
			return null;
		}
		Finding finding = this.find.apply(move);
		return (finding == null || finding.ok()) ? null : refusal(finding);
	}

	private String refusal(Finding finding) {
		return this.settling ? finding.detail() : "%s: %s".formatted(this.name, finding.detail());
	}

	@Override
	public Readiness.@Nullable Check show(Move move) {
		Finding finding = this.find.apply(move);
		return (finding != null) ? new Readiness.Check(this.name, finding.ok(), blocks(move), finding.detail()) : null;
	}

	private boolean blocks(Move move) {
		return (this.settling && move.settles())
				|| (move.isForward() && move.flag().definition().readinessRequired().contains(this.name));
	}

	/**
	 * What a check has found.
	 *
	 * @param ok whether it is fine
	 * @param detail what was found and what is needed, in words
	 */
	public record Finding(boolean ok, String detail) {
	}

}
