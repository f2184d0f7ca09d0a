package dev.migrationflags.aop;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.engine.ContextSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The current context as beans tell it: a provider, else a context bean of any scope,
 * else anonymous.
 */
public final class BeanContexts implements ContextSource {

	private final ObjectProvider<MigrationContextProvider> providers;

	private final ObjectProvider<MigrationContext> contexts;

	private final boolean contextBean;

	private volatile @Nullable ContextSource source;

	/**
	 * Creates the source.
	 * @param providers the provider, if there is one
	 * @param contexts the context, if there is one
	 * @param contextBean whether a bean definition of a context exists, active or not
	 */
	public BeanContexts(ObjectProvider<MigrationContextProvider> providers, ObjectProvider<MigrationContext> contexts,
			boolean contextBean) {
		this.providers = providers;
		this.contextBean = contextBean;
		this.contexts = contexts;
	}

	@Override
	public MigrationContext current() {
		ContextSource source = this.source;
		if (source == null) {
			source = find();
			this.source = source;
		}
		return source.current();
	}

	private ContextSource find() {
		MigrationContextProvider provider = this.providers.getIfAvailable();
		if (provider != null) {
			return provider::currentContext;
		}
		// asks for the definition, not for the bean: its scope may not be active
		return this.contextBean ? () -> itself(this.contexts.getObject()) : MigrationContext::anonymous;
	}

	/**
	 * A scoped bean is a proxy, which asks its scope each time: it must not be kept.
	 */
	private static MigrationContext itself(MigrationContext context) {
		return (context.getClass() == MigrationContext.class) ? context
				: MigrationContext.of(context.kind(), context.key(), context.attributes());
	}

}
