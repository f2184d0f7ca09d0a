package dev.migrationflags.boot.endpoint;

import java.security.Principal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.migrationflags.MigrationException;
import dev.migrationflags.MigrationSync;
import dev.migrationflags.StageChangeRefusedException;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.StageMoves;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The actuator endpoint {@code migrations}: shows flags, and moves them where its access
 * is unrestricted. Over the web only: JMX would offer the moves to whoever gets in there.
 */
@WebEndpoint(id = "migrations", defaultAccess = Access.READ_ONLY)
class MigrationsEndpoint {

	private static final int ACCEPTED = 202;

	private final FlagRegistry flags;

	private final StageMoves moves;

	private final FlagOverviews overviews;

	private final FlagReports reports;

	private final Supplier<@Nullable MigrationSync> sync;

	MigrationsEndpoint(FlagRegistry flags, StageMoves moves, FlagOverviews overviews, FlagReports reports,
			Supplier<@Nullable MigrationSync> sync) {
		this.flags = flags;
		this.moves = moves;
		this.overviews = overviews;
		this.reports = reports;
		this.sync = sync;
	}

	@ReadOperation
	FlagOverview.All all() {
		Map<String, FlagOverview> all = new LinkedHashMap<>();
		this.flags.all().forEach((flag) -> all.put(flag.key(), this.overviews.of(flag)));
		return new FlagOverview.All(this.moves.isDurable(), all);
	}

	@ReadOperation
	WebEndpointResponse<OperationResponseBody> one(@Selector String flag) {
		return with(flag, (known) -> new WebEndpointResponse<>(this.reports.of(known)));
	}

	/**
	 * Moves a flag. The parameters are text, and none is required of the infrastructure,
	 * so that whatever is wrong with them is said by one problem.
	 */
	@WriteOperation
	WebEndpointResponse<OperationResponseBody> move(@Selector String flag, @Nullable String stage,
			@Nullable String reason, @Nullable String force, @Nullable String epoch, SecurityContext security) {
		return move(flag, stage, reason, force, epoch, actor(security));
	}

	WebEndpointResponse<OperationResponseBody> move(String flag, @Nullable String stage, @Nullable String reason,
			@Nullable String force, @Nullable String epoch, @Nullable String actor) {
		return with(flag, (known) -> {
			List<String> mistakes = new ArrayList<>();
			MoveRequest request = MoveRequest.read(known, stage, reason, force, epoch, mistakes);
			return (request != null) ? move(known, request, actor) : ProblemDetails.badRequest(mistakes);
		});
	}

	@WriteOperation
	WebEndpointResponse<OperationResponseBody> start(@Selector String flag, @Selector String task) {
		return switch (task) {
			case "backfill" -> with(flag, (known) -> start(known, (sync) -> sync.backfill(flag)));
			case "verification" -> with(flag, (known) -> start(known, (sync) -> sync.verify(flag)));
			case "repairs" -> with(flag, this::retry);
			default -> ProblemDetails.notFound("Use one of backfill, verification, repairs");
		};
	}

	private WebEndpointResponse<OperationResponseBody> move(Flag flag, MoveRequest request, @Nullable String actor) {
		try {
			this.moves.move(flag.key(), request.stage(), request.reason(), request.force(), request.epoch(), actor);
			return new WebEndpointResponse<>(this.reports.of(flag));
		}
		catch (StageChangeRefusedException ex) {
			return ProblemDetails.refused(String.valueOf(ex.getMessage()), ex.getReasons());
		}
		catch (MigrationException ex) {
			return refused(String.valueOf(ex.getMessage()));
		}
	}

	private WebEndpointResponse<OperationResponseBody> start(Flag flag, Consumer<MigrationSync> task) {
		MigrationSync sync = this.sync.get();
		if (sync == null) {
			return refused("Flag '%s' has no keyed stores, so there are no keys to go through".formatted(flag.key()));
		}
		try {
			task.accept(sync);
			return new WebEndpointResponse<>(new Started(this.reports.syncOf(flag.key())), ACCEPTED);
		}
		catch (MigrationException ex) {
			return refused(String.valueOf(ex.getMessage()));
		}
	}

	private WebEndpointResponse<OperationResponseBody> retry(Flag flag) {
		MigrationSync sync = this.sync.get();
		try {
			int retried = (sync != null) ? sync.retryParked(flag.key()) : 0;
			return new WebEndpointResponse<>(new Retried(retried), ACCEPTED);
		}
		catch (MigrationException ex) {
			return refused(String.valueOf(ex.getMessage()));
		}
	}

	private static WebEndpointResponse<OperationResponseBody> refused(String reason) {
		return ProblemDetails.refused(reason, List.of(reason));
	}

	private WebEndpointResponse<OperationResponseBody> with(String key, Action action) {
		Flag flag = this.flags.find(key);
		return (flag != null) ? action.on(flag) : ProblemDetails
			.notFound("There is no such flag; known flags: " + String.join(", ", this.flags.keys()));
	}

	/**
	 * Who asks: on a reactive server no thread knows it.
	 */
	private static @Nullable String actor(SecurityContext security) {
		Principal principal = security.getPrincipal();
		String name = (principal != null) ? principal.getName() : null;
		return (name == null || name.isBlank()) ? null : name;
	}

	/**
	 * What to do with a flag that exists.
	 */
	@FunctionalInterface
	private interface Action {

		WebEndpointResponse<OperationResponseBody> on(Flag flag);

	}

	/**
	 * A backfill or a verification has been started.
	 *
	 * @param sync how far it is
	 */
	record Started(FlagReport.Sync sync) implements OperationResponseBody {
	}

	/**
	 * Repairs that were given up are tried again.
	 *
	 * @param retried how many there are
	 */
	record Retried(int retried) implements OperationResponseBody {
	}

}
