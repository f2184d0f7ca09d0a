package dev.migrationflags.boot;

import dev.migrationflags.engine.Call.SideCall;
import dev.migrationflags.engine.ContextCarrier;
import dev.migrationflags.engine.metrics.WarnOnce;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshot.Scope;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributesThreadLocalAccessor;

/**
 * Takes along whatever accessors are registered for (security context, current
 * observation, and the application's own), and the logging context and the request, for
 * which nobody registers one. These two are kept in a registry of our own: in the global
 * one they would change what the rest of the application propagates.
 * <p>
 * A context that cannot be set up on the other thread costs a warning: the side runs
 * without it, with fewer rights and not with more.
 */
final class PropagatingCarrier implements ContextCarrier {

	private static final Logger logger = LoggerFactory.getLogger(PropagatingCarrier.class);

	private final WarnOnce trouble = new WarnOnce(logger);

	private final ContextSnapshotFactory registered = ContextSnapshotFactory.builder().clearMissing(true).build();

	private final ContextSnapshotFactory own;

	PropagatingCarrier(ClassLoader classLoader) {
		ContextRegistry registry = new ContextRegistry().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());
		if (ClassUtils.isPresent("org.springframework.web.context.request.RequestAttributesThreadLocalAccessor",
				classLoader) && ClassUtils.isPresent("jakarta.servlet.http.HttpServletRequest", classLoader)) {
			Requests.register(registry);
		}
		this.own = ContextSnapshotFactory.builder().contextRegistry(registry).clearMissing(true).build();
	}

	@Override
	public SideCall carry(SideCall call) {
		return within(this.own.captureAll(), within(this.registered.captureAll(), call));
	}

	private SideCall within(ContextSnapshot snapshot, SideCall call) {
		return () -> {
			Scope scope = open(snapshot);
			try {
				return call.run();
			}
			finally {
				close(scope);
			}
		};
	}

	private @Nullable Scope open(ContextSnapshot snapshot) {
		try {
			return snapshot.setThreadLocals();
		}
		catch (Throwable ex) {
			this.trouble.warn("The caller's context could not be set up for a secondary side", ex);
			return null;
		}
	}

	private void close(@Nullable Scope scope) {
		try {
			if (scope != null) {
				scope.close();
			}
		}
		catch (Throwable ex) {
			this.trouble.warn("The caller's context could not be taken away from a secondary side", ex);
		}
	}

	/**
	 * Only loaded where there are requests.
	 */
	private static final class Requests {

		static void register(ContextRegistry registry) {
			registry.registerThreadLocalAccessor(new RequestAttributesThreadLocalAccessor());
		}

	}

}
