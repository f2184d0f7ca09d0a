package dev.migrationflags.engine.mark;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MemoryMarksTest extends MarkStoreContract {

	private final AtomicLong now = new AtomicLong(1_000_000);

	private volatile boolean held;

	private volatile long authorityEpoch;

	private final MemoryMarks marks = new MemoryMarks((flag, epoch) -> !this.held && epoch >= this.authorityEpoch,
			this.now::get);

	@Override
	protected MarkStore store() {
		return this.marks;
	}

	@Override
	protected MarkStore otherNode() {
		return this.marks;
	}

	@Override
	protected void hold(boolean on) {
		this.held = on;
	}

	@Override
	protected boolean flip(long epoch) {
		return this.marks.changeIfUnmarked(FLAG, () -> this.authorityEpoch = epoch);
	}

	@Override
	protected void elapse(Duration time) {
		this.now.addAndGet(time.toMillis());
	}

	@Override
	protected long registrations() {
		// they are kept in their marks
		return this.marks.hasMarks(FLAG) ? 1 : 0;
	}

	@Test
	void isForgottenWithTheProcess() {
		assertThat(this.marks.isDurable()).isFalse();
	}

}
