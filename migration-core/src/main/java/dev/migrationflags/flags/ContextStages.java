package dev.migrationflags.flags;

import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import org.jspecify.annotations.Nullable;

/**
 * The last good stages of contexts, as far as they are not the base stage. Bounded: a few
 * are forgotten when there are too many, and then count as having the base stage.
 */
final class ContextStages {

	private static final int LIMIT = 10_000;

	private final ConcurrentHashMap<Who, MigrationStage> stages = new ConcurrentHashMap<>();

	@Nullable MigrationStage get(MigrationContext context) {
		String key = context.key();
		return (key == null || this.stages.isEmpty()) ? null : this.stages.get(new Who(context.kind(), key));
	}

	void put(MigrationContext context, MigrationStage stage, MigrationStage base) {
		String key = context.key();
		if (key == null || (stage == base && this.stages.isEmpty())) {
			return;
		}
		Who who = new Who(context.kind(), key);
		if (stage == base) {
			this.stages.remove(who);
		}
		else if (this.stages.get(who) != stage) {
			this.stages.put(who, stage);
			forgetSome();
		}
	}

	private void forgetSome() {
		if (this.stages.mappingCount() > LIMIT) {
			Iterator<Who> some = this.stages.keySet().iterator();
			if (some.hasNext()) {
				some.next();
				some.remove();
			}
		}
	}

	private record Who(String kind, String key) {
	}

}
