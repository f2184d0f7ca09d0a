package dev.migrationflags.crash.worker;

import java.util.List;
import java.util.Random;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the flag forth and back over the stages that write both sides, with most steps
 * across the flip. Tells every step on the standard output.
 */
final class Walk {

	private static final List<MigrationStage> STAGES = List.of(MigrationStage.DUAL_WRITE, MigrationStage.SHADOW,
			MigrationStage.LIVE, MigrationStage.RAMP_DOWN);

	private final Mover mover;

	private final MigrationFlags flags;

	private final Random random = new Random();

	private @Nullable Thread thread;

	Walk(Mover mover, MigrationFlags flags) {
		this.mover = mover;
		this.flags = flags;
	}

	void start(long pause) {
		Thread thread = new Thread(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				System.out.println(step());
				try {
					Thread.sleep(this.random.nextLong(2 * pause + 1));
				}
				catch (InterruptedException ex) {
					return;
				}
			}
		}, "walk");
		thread.setDaemon(true);
		this.thread = thread;
		thread.start();
	}

	void stop() throws InterruptedException {
		Thread thread = this.thread;
		if (thread != null) {
			thread.interrupt();
			thread.join();
			this.thread = null;
		}
	}

	String step() {
		MigrationStage from = this.flags.stage(Worker.FLAG);
		MigrationStage to = next(from);
		try {
			this.mover.moveTo(to);
			return "moved " + from.key() + " " + to.key();
		}
		catch (StageChangeRefusedException ex) {
			return "refused " + from.key() + " " + to.key() + " " + String.join("; ", ex.getReasons());
		}
		catch (RuntimeException ex) {
			return "failed " + from.key() + " " + to.key() + " " + ex;
		}
	}

	private MigrationStage next(MigrationStage from) {
		int at = STAGES.indexOf(from);
		boolean forward = switch (at) {
			case 0 -> true;
			case 1 -> this.random.nextInt(4) != 0;
			case 2 -> this.random.nextInt(4) == 0;
			default -> false;
		};
		return STAGES.get(forward ? at + 1 : at - 1);
	}

}
