package dev.migrationflags.boot;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

/**
 * Who changes a stage: the name of the security principal, where Spring Security is
 * present and somebody is logged in.
 */
final class CurrentActor implements Supplier<@Nullable String> {

	private static final boolean SECURITY = ClassUtils.isPresent(
			"org.springframework.security.core.context.SecurityContextHolder", CurrentActor.class.getClassLoader());

	@Override
	public @Nullable String get() {
		return SECURITY ? Principal.name() : null;
	}

	/**
	 * Apart, so that nothing of Spring Security is loaded where it is absent.
	 */
	private static final class Principal {

		static @Nullable String name() {
			Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
			return (authentication != null && authentication.isAuthenticated()) ? authentication.getName() : null;
		}

	}

}
