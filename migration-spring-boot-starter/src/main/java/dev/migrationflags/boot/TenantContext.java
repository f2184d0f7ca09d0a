package dev.migrationflags.boot;

import java.util.function.Supplier;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.jspecify.annotations.Nullable;

/**
 * The tenant for whom Hibernate works at the moment as a context of kind {@code tenant};
 * anonymous where there is none, and for the root tenant, who is all of them.
 */
final class TenantContext implements MigrationContextProvider {

	static final String KIND = "tenant";

	private final Supplier<? extends CurrentTenantIdentifierResolver<?>> resolver;

	TenantContext(Supplier<? extends CurrentTenantIdentifierResolver<?>> resolver) {
		this.resolver = resolver;
	}

	@Override
	public MigrationContext currentContext() {
		return context(this.resolver.get());
	}

	private static <T> MigrationContext context(CurrentTenantIdentifierResolver<T> resolver) {
		@Nullable T tenant = resolver.resolveCurrentTenantIdentifier();
		String key = (tenant != null && !resolver.isRoot(tenant)) ? tenant.toString() : "";
		return key.isBlank() ? MigrationContext.anonymous() : MigrationContext.of(KIND, key);
	}

}
