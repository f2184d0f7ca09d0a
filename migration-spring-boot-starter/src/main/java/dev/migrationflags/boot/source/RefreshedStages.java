package dev.migrationflags.boot.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.UnknownFlagException;
import dev.migrationflags.engine.metrics.EngineMeters;
import dev.migrationflags.flags.StageMoves;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;

/**
 * Moves the flags whose stage has changed in the environment, when Spring Cloud says that
 * something in it has. Listens by the name of the event, so that Spring Cloud need not be
 * there.
 */
public final class RefreshedStages implements GenericApplicationListener {

	private static final Logger logger = LoggerFactory.getLogger(RefreshedStages.class);

	private static final String EVENT = "org.springframework.cloud.context.environment.EnvironmentChangeEvent";

	private static final String SOURCE = "properties";

	private final Configured configured;

	private final Supplier<@Nullable StageMoves> moves;

	private final Supplier<EngineMeters> meters;

	private final Map<String, MigrationStage> applied;

	/**
	 * Creates the listener.
	 * @param configured reads the stages of the environment
	 * @param moves gives what moves the flags, or {@code null} if the application does
	 * that itself
	 * @param meters gives the meters, which count stages that are none
	 */
	public RefreshedStages(Configured configured, Supplier<@Nullable StageMoves> moves, Supplier<EngineMeters> meters) {
		this.configured = configured;
		this.moves = moves;
		this.meters = meters;
		this.applied = new ConcurrentHashMap<>(configured.stages((flag) -> {
		}));
	}

	@Override
	public boolean supportsEventType(ResolvableType eventType) {
		Class<?> type = eventType.toClass();
		return EVENT.equals(type.getName());
	}

	/**
	 * A move that is refused is tried again at the next refresh, as the environment still
	 * wants it.
	 */
	@Override
	public synchronized void onApplicationEvent(ApplicationEvent event) {
		StageMoves moves = this.moves.get();
		if (moves == null) {
			return;
		}
		this.configured.stages(this::unreadable).forEach((flag, stage) -> {
			if (stage != this.applied.get(flag) && move(moves, flag, stage)) {
				this.applied.put(flag, stage);
			}
		});
	}

	private void unreadable(String flag) {
		this.meters.get().flagError(flag, SOURCE);
		logger.warn("The stage of flag '{}' in the environment is none; the flag stays where it is", flag);
	}

	private static boolean move(StageMoves moves, String flag, MigrationStage stage) {
		try {
			moves.reconfigured(flag, stage, SOURCE);
			return true;
		}
		catch (StageChangeRefusedException ex) {
			logger.warn("Flag '{}' stays where it is although its stage in the environment is now {}: {}", flag,
					stage.key(), String.join("; ", ex.getReasons()));
		}
		catch (UnknownFlagException ex) {
			logger.warn("Flag '{}' was not there at start-up; it is from the next start on", flag);
		}
		return false;
	}

	/**
	 * Reads the stages that the environment has now.
	 */
	@FunctionalInterface
	public interface Configured {

		/**
		 * The stages of the flags that are defined by properties.
		 * @param unreadable is told of every flag with a stage that is none
		 * @return the stages by flag, without those
		 */
		Map<String, MigrationStage> stages(Consumer<String> unreadable);

	}

}
