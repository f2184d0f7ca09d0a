package dev.migrationflags.boot.source;

import java.time.Duration;

import com.launchdarkly.sdk.server.MigrationOp;
import com.launchdarkly.sdk.server.MigrationOpTracker;
import com.launchdarkly.sdk.server.interfaces.LDClientInterface;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.OperationReport;
import dev.migrationflags.engine.OperationType;
import org.jspecify.annotations.Nullable;

/**
 * Hands the measurements of one operation to LaunchDarkly's tracker, which belongs to the
 * evaluation that decided the stage of the operation.
 */
final class LaunchDarklyReport implements OperationReport {

	private final LDClientInterface client;

	private final String flag;

	private final OperationType type;

	private final Runnable onDecided;

	private @Nullable MigrationOpTracker tracker;

	LaunchDarklyReport(LDClientInterface client, String flag, OperationType type, Runnable onDecided) {
		this.client = client;
		this.flag = flag;
		this.type = type;
		this.onDecided = onDecided;
	}

	/**
	 * A flag has been evaluated. The first evaluation is that of the call; others look
	 * what the base stage is.
	 */
	void evaluated(String flag, @Nullable MigrationOpTracker tracker) {
		if (this.tracker == null && this.flag.equals(flag)) {
			this.tracker = tracker;
		}
	}

	@Override
	public boolean decided() {
		this.onDecided.run();
		if (this.tracker == null) {
			return false;
		}
		this.tracker.op((this.type == OperationType.READ) ? MigrationOp.READ : MigrationOp.WRITE);
		return true;
	}

	@Override
	public void invoked(MigrationOrigin side) {
		tracker().invoked(origin(side));
	}

	@Override
	public void latency(MigrationOrigin side, long nanos) {
		tracker().latency(origin(side), Duration.ofNanos(nanos));
	}

	@Override
	public void error(MigrationOrigin side) {
		tracker().error(origin(side));
	}

	@Override
	public void compared(boolean consistent) {
		tracker().consistency(() -> consistent);
	}

	@Override
	public void end() {
		this.client.trackMigration(tracker());
	}

	private MigrationOpTracker tracker() {
		MigrationOpTracker tracker = this.tracker;
		if (tracker == null) {
			throw new IllegalStateException("The call has not been evaluated by LaunchDarkly");
		}
		return tracker;
	}

	private static com.launchdarkly.sdk.server.MigrationOrigin origin(MigrationOrigin side) {
		return (side == MigrationOrigin.OLD) ? com.launchdarkly.sdk.server.MigrationOrigin.OLD
				: com.launchdarkly.sdk.server.MigrationOrigin.NEW;
	}

}
