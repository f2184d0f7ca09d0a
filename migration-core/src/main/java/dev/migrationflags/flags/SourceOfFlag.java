package dev.migrationflags.flags;

import java.util.List;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.LimitedSource.Hang;
import org.jspecify.annotations.Nullable;

/**
 * One source and what is known of it about one flag.
 */
final class SourceOfFlag {

	private static final SourceFailure HANGS = new SourceFailure("hangs, and is not asked by calls until it answers",
			null);

	private final LimitedSource source;

	private final String flag;

	private final List<MigrationStage> stages;

	private volatile boolean hangs;

	private volatile boolean known;

	SourceOfFlag(LimitedSource source, String flag, List<MigrationStage> stages) {
		this.source = source;
		this.flag = flag;
		this.stages = stages;
	}

	String name() {
		return this.source.source().name();
	}

	/**
	 * Whether calls need not ask, because the flag is none of this source's business as
	 * far as is known.
	 */
	boolean isLeftToPolls() {
		return !this.known && this.source.source().general();
	}

	/**
	 * Asks for a call: not at all while the source hangs.
	 */
	@Nullable MigrationStage ask(MigrationContext context) throws SourceFailure {
		if (this.hangs) {
			throw HANGS;
		}
		return probe(context);
	}

	/**
	 * Asks, also while the source hangs.
	 */
	@Nullable MigrationStage probe(MigrationContext context) throws SourceFailure {
		MigrationStage stage;
		try {
			stage = this.source.ask(this.flag, context);
		}
		catch (Hang ex) {
			this.hangs = true;
			throw new SourceFailure("hangs", ex);
		}
		catch (SourceFailure ex) {
			this.hangs = false;
			throw ex;
		}
		this.hangs = false;
		if (stage != null && !this.stages.contains(stage)) {
			throw new SourceFailure(
					"answered %s, which the flag does not have; its stages are %s".formatted(stage.key(), //
							StageMoves.keys(this.stages)),
					null);
		}
		if (stage != null) {
			this.known = true;
		}
		return stage;
	}

}
