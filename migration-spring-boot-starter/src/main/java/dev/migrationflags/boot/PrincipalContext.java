package dev.migrationflags.boot;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * The authenticated principal as a context of kind {@code user}; anonymous where nobody
 * is logged in.
 */
final class PrincipalContext implements MigrationContextProvider {

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	@Override
	public MigrationContext currentContext() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (authentication != null && authentication.isAuthenticated() && !this.trust.isAnonymous(authentication))
				? MigrationContext.of(authentication.getName()) : MigrationContext.anonymous();
	}

}
