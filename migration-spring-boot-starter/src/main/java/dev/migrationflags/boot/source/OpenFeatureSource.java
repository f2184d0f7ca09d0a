package dev.migrationflags.boot.source;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.StageSource;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.EventDetails;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ProviderEvent;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import org.jspecify.annotations.Nullable;

/**
 * OpenFeature: a string flag whose value is the key of a stage. Providers may ask a
 * server, so an evaluation may block.
 */
final class OpenFeatureSource implements StageSource {

	static final String NAME = "openfeature";

	/**
	 * What the client gives back where it has no value of its own: no stage.
	 */
	private static final String NONE = "";

	private final Client client;

	OpenFeatureSource(Client client) {
		this.client = client;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public boolean general() {
		return true;
	}

	@Override
	public @Nullable MigrationStage stage(String flag, MigrationContext context) {
		FlagEvaluationDetails<String> details = this.client.getStringDetails(flag, NONE, context(context));
		ErrorCode error = details.getErrorCode();
		String reason = details.getReason();
		if (error == ErrorCode.FLAG_NOT_FOUND) {
			return null;
		}
		if (error != null || Reason.ERROR.name().equals(reason)) {
			throw new IllegalStateException("OpenFeature answered with the error code " + error);
		}
		if (Reason.DEFAULT.name().equals(reason)
				|| (Reason.DISABLED.name().equals(reason) && NONE.equals(details.getValue()))) {
			return null;
		}
		return MigrationStage.of(details.getValue());
	}

	private static EvaluationContext context(MigrationContext context) {
		String key = context.key();
		if (key == null && context.attributes().isEmpty()) {
			return ImmutableContext.EMPTY;
		}
		Map<String, Value> attributes = new HashMap<>();
		context.attributes().forEach((name, value) -> attributes.put(name, value(value)));
		attributes.put("kind", new Value(context.kind()));
		return (key != null) ? new ImmutableContext(key, attributes) : new ImmutableContext(attributes);
	}

	private static Value value(Object value) {
		try {
			return Value.objectToValue(value);
		}
		catch (RuntimeException ex) {
			return new Value(value.toString());
		}
	}

	@Override
	public Runnable onChange(Runnable changed) {
		Consumer<EventDetails> listener = (details) -> changed.run();
		this.client.onProviderReady(listener);
		this.client.onProviderConfigurationChanged(listener);
		return () -> {
			this.client.removeHandler(ProviderEvent.PROVIDER_READY, listener);
			this.client.removeHandler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, listener);
		};
	}

}
