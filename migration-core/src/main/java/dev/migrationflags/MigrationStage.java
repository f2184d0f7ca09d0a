package dev.migrationflags;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How far a migration has come: which sides are read and written, and which of them
 * answers the caller. The stages and their wire keys are those of LaunchDarkly's
 * migration flags.
 *
 * <table>
 * <caption>The stage table</caption>
 * <tr>
 * <th>stage</th>
 * <th>read</th>
 * <th>write, in this order</th>
 * <th>authoritative</th>
 * </tr>
 * <tr>
 * <td>off</td>
 * <td>old</td>
 * <td>old</td>
 * <td>old</td>
 * </tr>
 * <tr>
 * <td>dualwrite</td>
 * <td>old</td>
 * <td>old, new</td>
 * <td>old</td>
 * </tr>
 * <tr>
 * <td>shadow</td>
 * <td>old and new</td>
 * <td>old, new</td>
 * <td>old</td>
 * </tr>
 * <tr>
 * <td>live</td>
 * <td>old and new</td>
 * <td>new, old</td>
 * <td>new</td>
 * </tr>
 * <tr>
 * <td>rampdown</td>
 * <td>new</td>
 * <td>new, old</td>
 * <td>new</td>
 * </tr>
 * <tr>
 * <td>complete</td>
 * <td>new</td>
 * <td>new</td>
 * <td>new</td>
 * </tr>
 * </table>
 */
public enum MigrationStage {

	/**
	 * Only the old side is used.
	 */
	OFF("off", MigrationOrigin.OLD, false, false),

	/**
	 * Writes go to both sides; the old one is read.
	 */
	DUAL_WRITE("dualwrite", MigrationOrigin.OLD, false, true),

	/**
	 * Reads and writes go to both sides; the old one answers.
	 */
	SHADOW("shadow", MigrationOrigin.OLD, true, true),

	/**
	 * Reads and writes go to both sides; the new one answers.
	 */
	LIVE("live", MigrationOrigin.NEW, true, true),

	/**
	 * Writes go to both sides; the new one is read.
	 */
	RAMP_DOWN("rampdown", MigrationOrigin.NEW, false, true),

	/**
	 * Only the new side is used.
	 */
	COMPLETE("complete", MigrationOrigin.NEW, false, false);

	private static final List<MigrationStage> ALL = List.of(values());

	private final String key;

	private final MigrationOrigin authority;

	private final boolean readsBoth;

	private final boolean writesBoth;

	MigrationStage(String key, MigrationOrigin authority, boolean readsBoth, boolean writesBoth) {
		this.key = key;
		this.authority = authority;
		this.readsBoth = readsBoth;
		this.writesBoth = writesBoth;
	}

	/**
	 * The stage with the given wire key, as dynamic sources and the endpoint write it:
	 * lower case, no separators, exact.
	 * @param key one of {@code off, dualwrite, shadow, live, rampdown, complete}
	 * @return the stage
	 * @throws IllegalArgumentException for anything else; the message lists the valid
	 * keys
	 */
	public static MigrationStage of(@Nullable String key) {
		for (MigrationStage stage : ALL) {
			if (stage.key.equals(key)) {
				return stage;
			}
		}
		throw new IllegalArgumentException("Unknown migration stage '%s'; valid stages are %s".formatted(key, keys()));
	}

	/**
	 * The stages that a flag with this many stages goes through, in order. Two: off,
	 * complete. Four: off, shadow, live, complete. Six: all.
	 * @param stages 2, 4 or 6
	 * @return the stages, unmodifiable
	 * @throws IllegalArgumentException for any other number
	 */
	public static List<MigrationStage> ladder(int stages) {
		return switch (stages) {
			case 2 -> List.of(OFF, COMPLETE);
			case 4 -> List.of(OFF, SHADOW, LIVE, COMPLETE);
			case 6 -> ALL;
			default -> throw new IllegalArgumentException("A flag has 2, 4 or 6 stages, not " + stages);
		};
	}

	private static String keys() {
		return Arrays.stream(values()).map(MigrationStage::key).collect(Collectors.joining(", "));
	}

	/**
	 * The name of this stage on the wire, in metrics and in the endpoint.
	 * @return the wire key
	 */
	public String key() {
		return this.key;
	}

	/**
	 * The side whose value or exception is what the caller gets.
	 * @return the authoritative side
	 */
	public MigrationOrigin authority() {
		return this.authority;
	}

	/**
	 * Whether a read runs both sides, and so can compare them.
	 * @return {@code true} in shadow and live
	 */
	public boolean readsBoth() {
		return this.readsBoth;
	}

	/**
	 * Whether a write goes to both sides.
	 * @return {@code true} from dualwrite to rampdown
	 */
	public boolean writesBoth() {
		return this.writesBoth;
	}

	/**
	 * Whether nodes or contexts in the two stages may share data while both are in use:
	 * the classes are {off}, {dualwrite, shadow}, {live, rampdown} and {complete}.
	 * @param other the other stage
	 * @return whether both stages are of one class
	 */
	public boolean sameClassAs(MigrationStage other) {
		return this.authority == other.authority && this.writesBoth == other.writesBoth;
	}

	/**
	 * Whether authority changes between the two stages: the one dangerous step.
	 * @param other the other stage
	 * @return whether a move between the two crosses the flip
	 */
	public boolean flipsTo(MigrationStage other) {
		return this.authority != other.authority;
	}

}
