package dev.migrationflags.boot.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.MigrationVariation;
import com.launchdarkly.sdk.server.interfaces.FlagChangeListener;
import com.launchdarkly.sdk.server.interfaces.LDClientInterface;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.OperationReport;
import dev.migrationflags.engine.OperationReports;
import dev.migrationflags.engine.OperationType;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.StageSource;
import org.jspecify.annotations.Nullable;

/**
 * LaunchDarkly: evaluates in memory, and is told of every operation of the flags that it
 * owns.
 */
final class LaunchDarklySource implements StageSource, OperationReports {

	static final String NAME = "launchdarkly";

	private final LDClientInterface client;

	private final Map<String, com.launchdarkly.sdk.server.MigrationStage> last = new ConcurrentHashMap<>();

	/**
	 * The report of the operation whose stage this thread is deciding: the evaluation
	 * that decides brings the tracker.
	 */
	private final ThreadLocal<@Nullable LaunchDarklyReport> deciding = new ThreadLocal<>();

	LaunchDarklySource(LDClientInterface client) {
		this.client = client;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public boolean inMemory() {
		return true;
	}

	@Override
	public @Nullable MigrationStage stage(String flag, MigrationContext context) {
		if (!this.client.isFlagKnown(flag)) {
			if (!this.client.isInitialized()) {
				throw new IllegalStateException("The LaunchDarkly client is not initialized");
			}
			return null;
		}
		MigrationVariation variation = evaluate(flag, LaunchDarklyContexts.of(context));
		LaunchDarklyReport report = this.deciding.get();
		if (report != null) {
			report.evaluated(flag, variation.getTracker());
		}
		return MigrationStage.of(variation.getStage().toString());
	}

	/**
	 * The client answers with the default where it has no stage, and does not tell so. An
	 * answer that differs from the default is none; one that does not is asked for again
	 * with another default. The default is one that is unlikely to be the answer.
	 */
	private MigrationVariation evaluate(String flag, LDContext context) {
		com.launchdarkly.sdk.server.MigrationStage unlikely = unlikely(this.last.get(flag));
		MigrationVariation variation = this.client.migrationVariation(flag, context, unlikely);
		if (variation.getStage() == unlikely) {
			com.launchdarkly.sdk.server.MigrationStage other = unlikely(unlikely);
			variation = this.client.migrationVariation(flag, context, other);
			if (variation.getStage() == other) {
				throw new IllegalStateException("LaunchDarkly has answered something that is no stage");
			}
			this.last.put(flag, variation.getStage());
		}
		return variation;
	}

	private static com.launchdarkly.sdk.server.MigrationStage unlikely(
			com.launchdarkly.sdk.server.@Nullable MigrationStage stage) {
		return (stage == com.launchdarkly.sdk.server.MigrationStage.COMPLETE)
				? com.launchdarkly.sdk.server.MigrationStage.OFF : com.launchdarkly.sdk.server.MigrationStage.COMPLETE;
	}

	@Override
	public Runnable onChange(Runnable changed) {
		FlagChangeListener listener = (event) -> changed.run();
		this.client.getFlagTracker().addFlagChangeListener(listener);
		return () -> this.client.getFlagTracker().removeFlagChangeListener(listener);
	}

	@Override
	public @Nullable OperationReport begin(Flag flag, OperationType type) {
		if (!NAME.equals(flag.owner())) {
			return null;
		}
		LaunchDarklyReport report = new LaunchDarklyReport(this.client, flag.key(), type,
				() -> this.deciding.set(null));
		this.deciding.set(report);
		return report;
	}

}
