package dev.migrationflags.flags;

import java.util.List;

import dev.migrationflags.StageChangedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps nothing but what the flags themselves know.
 */
public final class MemoryStages implements StageStore {

	private static final NodesHold ALONE = new NodesHold() {

		@Override
		public long begins() {
			return System.nanoTime();
		}

		@Override
		public @Nullable String missing() {
			return null;
		}

		@Override
		public void close() {
		}

	};

	private final FlagRegistry registry;

	private final boolean durable;

	/**
	 * Creates a store of one process.
	 * @param registry the flags
	 */
	public MemoryStages(FlagRegistry registry) {
		this(registry, false);
	}

	MemoryStages(FlagRegistry registry, boolean durable) {
		this.registry = registry;
		this.durable = durable;
	}

	@Override
	public boolean isDurable() {
		return this.durable;
	}

	@Override
	public Kept read(String flag) {
		Position position = this.registry.get(flag).position();
		return new Kept(position.stage(), position.epoch(), position.authorityEpoch());
	}

	@Override
	public List<StageChangedEvent> changes(Flag flag) {
		return flag.changes();
	}

	@Override
	public NodesHold hold(Flag flag, long epoch) {
		return ALONE;
	}

	@Override
	public @Nullable String change(Flag flag, StageChangedEvent change, @Nullable NodesHold hold) {
		return null;
	}

}
