package dev.migrationflags.flags;

import java.util.List;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * What the dynamic sources say about one flag. The first source that has told a stage of
 * the flag owns it; from then on, whatever goes wrong with the owner, the last good stage
 * stays in force.
 */
final class SourcedStages {

	private final Flag flag;

	private final FlagSources sources;

	private final ContextStages contexts = new ContextStages();

	private volatile SourceOfFlag @Nullable [] asked;

	private volatile @Nullable SourceOfFlag owner;

	SourcedStages(Flag flag, FlagSources sources) {
		this.flag = flag;
		this.sources = sources;
	}

	@Nullable String owner() {
		SourceOfFlag owner = this.owner;
		return (owner != null) ? owner.name() : null;
	}

	/**
	 * The stage of a context.
	 * @return the stage, or {@code null} if no source knows the flag
	 */
	@Nullable MigrationStage stageFor(MigrationContext context) {
		if (LimitedSource.isAsking()) {
			// a source that calls a migrated operation: must not be asked by that in turn
			return (this.owner != null) ? lastGood(context) : null;
		}
		for (SourceOfFlag source : asked()) {
			boolean owns = source == this.owner;
			if (!owns && source.isLeftToPolls()) {
				continue;
			}
			MigrationStage answer = answer(source, context, false);
			if (answer != null) {
				return accept(source, context, answer);
			}
			if (owns) {
				return lastGood(context);
			}
		}
		return null;
	}

	/**
	 * Looks at the base stage, with sources that calls do not ask too.
	 * @return whether a source knows the flag
	 */
	boolean poll() {
		for (SourceOfFlag source : asked()) {
			MigrationStage answer = answer(source, MigrationContext.anonymous(), true);
			if (answer != null) {
				own(source);
				follow(source, answer, true);
			}
			if (source == this.owner) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Looked up late, because the sources are beans that may need much of the
	 * application.
	 */
	private SourceOfFlag[] asked() {
		SourceOfFlag[] asked = this.asked;
		if (asked != null) {
			return asked;
		}
		List<LimitedSource> all = this.sources.all();
		return (all != null) ? ask(all) : new SourceOfFlag[0];
	}

	private synchronized SourceOfFlag[] ask(List<LimitedSource> all) {
		SourceOfFlag[] asked = this.asked;
		if (asked == null) {
			asked = all.stream()
				.map((source) -> new SourceOfFlag(source, this.flag.key(), this.flag.stages()))
				.toArray(SourceOfFlag[]::new);
			this.asked = asked;
		}
		return asked;
	}

	/**
	 * Asks a source.
	 * @return its answer, or {@code null} if there is none that could be used
	 */
	private @Nullable MigrationStage answer(SourceOfFlag source, MigrationContext context, boolean probe) {
		try {
			MigrationStage answer = probe ? source.probe(context) : source.ask(context);
			if (answer == null && source == this.owner) {
				throw new SourceFailure("does not know the flag any more", null);
			}
			return answer;
		}
		catch (SourceFailure ex) {
			trouble(source, ex);
			return null;
		}
	}

	private void trouble(SourceOfFlag source, SourceFailure failure) {
		this.sources.trouble()
			.failed(this.flag.key(), source.name(),
					"Source %s of flag '%s' %s: %s".formatted(source.name(), this.flag.key(), failure.getMessage(),
							(source == this.owner) ? "the last good stage stays in force" : "it is passed over"),
					failure.reason());
	}

	private MigrationStage lastGood(MigrationContext context) {
		MigrationStage own = this.contexts.get(context);
		return (own != null) ? own : this.flag.stage();
	}

	private MigrationStage accept(SourceOfFlag source, MigrationContext context, MigrationStage answer) {
		if (context.key() == null && context.attributes().isEmpty()) {
			own(source);
			follow(source, answer, false);
			return this.flag.stage();
		}
		if (source != this.owner) {
			lookAtBase(source, answer);
		}
		MigrationStage base = this.flag.stage();
		return (answer == base || !this.flag.sharesWrites() || answer.sameClassAs(base)) ? keep(context, answer, base)
				: across(source, context, answer);
	}

	/**
	 * A context would get a stage of another class than the base stage. It does where
	 * contexts own their data, unless the base stage wants to move as well and is held.
	 */
	private MigrationStage across(SourceOfFlag source, MigrationContext context, MigrationStage answer) {
		MigrationStage last = this.contexts.get(context);
		if (last != null && last.sameClassAs(answer)) {
			return keep(context, answer, this.flag.stage());
		}
		lookAtBase(source, null);
		MigrationStage base = this.flag.stage();
		if (answer.sameClassAs(base)) {
			return keep(context, answer, base);
		}
		boolean held = this.flag.hold() != null;
		if (this.flag.definition().context().named() == null) {
			if (!held) {
				trouble(source, new SourceFailure(
						"gives some contexts %s while the base stage is %s: contexts that share data would lose each other's writes, so they get the base stage; name the kind of context that owns the data (migration.flags.%s.context)"
							.formatted(answer.key(), base.key(), this.flag.key()),
						null));
			}
			return base;
		}
		return held ? lastGood(context) : keep(context, answer, base);
	}

	private MigrationStage keep(MigrationContext context, MigrationStage answer, MigrationStage base) {
		this.contexts.put(context, answer, base);
		return answer;
	}

	/**
	 * Asks for the base stage on a call for somebody.
	 * @param fallback the first stage of a flag of which nobody knows the base stage
	 */
	private void lookAtBase(SourceOfFlag source, @Nullable MigrationStage fallback) {
		MigrationStage base = answer(source, MigrationContext.anonymous(), false);
		boolean takesOver = own(source);
		if (base != null) {
			follow(source, base, false);
		}
		else if (takesOver && fallback != null && !this.flag.isKnown()) {
			follow(source, fallback, false);
		}
	}

	/**
	 * Makes a source the owner.
	 * @return whether it was not
	 */
	private synchronized boolean own(SourceOfFlag source) {
		if (source == this.owner) {
			return false;
		}
		this.owner = source;
		return true;
	}

	private void follow(SourceOfFlag source, MigrationStage to, boolean wait) {
		this.flag.follow(to, source.name(), wait);
	}

}
