package dev.migrationflags.crash.worker;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.aop.MigrationOperations;
import dev.migrationflags.engine.mark.Claim;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.flags.StageStore;

import org.springframework.context.ApplicationContext;

/**
 * Repairs marked keys as the protocol says (docs/model), as long as the application has
 * no bean that does: with one this class does nothing, and can go.
 */
final class StandInRepair {

	private static final Duration LIFETIME = Duration.ofSeconds(2);

	private static final Duration BACK_OFF = Duration.ofMillis(50);

	private static final int BATCH = 64;

	private final MarkStore marks;

	private final StageStore stages;

	private final KeyedSides sides;

	private final int attempts;

	/** How many repairs there were when a key last failed. */
	private final Map<String, Long> failures = new HashMap<>();

	private long repairs;

	private StandInRepair(ApplicationContext context, KeyedSides sides) {
		this.marks = context.getBean(MarkStore.class);
		this.stages = context.getBean(StageStore.class);
		this.sides = sides;
		this.attempts = context.getEnvironment().getProperty("migration.repair.attempts", int.class, 20);
	}

	static void startIfNeeded(ApplicationContext context) {
		if (Arrays.stream(context.getBeanDefinitionNames())
			.anyMatch((name) -> name.toLowerCase(Locale.ROOT).contains("repair"))) {
			return;
		}
		KeyedSides sides = context.getBean(MigrationOperations.class).keyedSides().get(Worker.FLAG);
		StandInRepair repair = new StandInRepair(context, sides);
		Thread thread = new Thread(repair::run, "repair");
		thread.setDaemon(true);
		thread.start();
	}

	private void run() {
		while (true) {
			try {
				Thread.sleep(20);
				this.marks.claim(Worker.FLAG, BATCH, LIFETIME).forEach(this::repair);
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException ex) {
				// the store is out of reach: again
			}
		}
	}

	private void repair(Claim claim) {
		// the claim is from before now, so this is on the safe side only with the margin
		long deadline = System.nanoTime() + LIFETIME.dividedBy(2).toNanos();
		boolean started = false;
		try {
			// after the claim has committed, never before
			MigrationOrigin authority = this.stages.read(Worker.FLAG).stage().authority();
			Object key = this.sides.keys().decode(claim.key());
			Optional<Object> current = this.sides.of(authority).find(key);
			if (System.nanoTime() - deadline >= 0) {
				throw new IllegalStateException("The repair came too late");
			}
			started = true;
			if (current.isPresent()) {
				this.sides.of(authority.other()).put(key, current.get());
			}
			else {
				this.sides.of(authority.other()).remove(key);
			}
			this.marks.repaired(claim);
			this.repairs++;
		}
		catch (RuntimeException ex) {
			// while no key at all can be repaired, it is not the key's fault
			Long before = this.failures.put(claim.key(), this.repairs);
			boolean counts = before != null && before < this.repairs;
			boolean parked = counts && claim.attempts() + 1 >= this.attempts;
			this.marks.failed(claim, started, parked ? null : BACK_OFF, counts);
		}
	}

}
