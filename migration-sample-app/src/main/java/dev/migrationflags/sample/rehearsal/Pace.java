package dev.migrationflags.sample.rehearsal;

import java.time.Duration;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Lets traffic run for the time of an act.
 */
final class Pace {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Progress progress;

	private final Ledger ledger;

	private final Duration perAct;

	private volatile boolean cancelled;

	Pace(Progress progress, Ledger ledger, Duration perAct) {
		this.progress = progress;
		this.ledger = ledger;
		this.perAct = perAct;
	}

	void cancelWith(ConfigurableApplicationContext shop) {
		shop.addApplicationListener((ContextClosedEvent event) -> this.cancelled = true);
	}

	/**
	 * Waits, and shows how far it is.
	 * @param act where the flags are
	 * @param number of the act, from 0
	 * @param of how many acts there are
	 * @param traffic what runs
	 * @return whether every client has made every kind of call meanwhile
	 */
	boolean play(Act act, int number, int of, Traffic traffic) {
		long begin = System.nanoTime();
		long duration = this.perAct.toNanos();
		// every client makes every kind of call in every act, however slow the machine
		int enough = traffic.rounds() + 2;
		while (System.nanoTime() - begin < duration || traffic.rounds() < enough) {
			if (this.cancelled) {
				throw new CancelledException();
			}
			if (System.nanoTime() - begin > duration + PATIENCE.toNanos()) {
				return false;
			}
			double part = Math.min(1, (System.nanoTime() - begin) / (double) duration);
			this.progress.show(act, (number + part) / of, traffic.calls(), this.ledger.errorCount());
			pause();
		}
		return true;
	}

	static void pause() {
		try {
			Thread.sleep(100);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CancelledException();
		}
	}

	static final class CancelledException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
