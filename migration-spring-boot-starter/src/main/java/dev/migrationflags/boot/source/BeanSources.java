package dev.migrationflags.boot.source;

import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlagSource;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.flags.StageSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The beans of type {@link MigrationFlagSource}, named by their bean names.
 *
 * @param beanFactory where they are
 */
record BeanSources(ListableBeanFactory beanFactory) implements SourceBeans {

	@Override
	public boolean defined() {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, MigrationFlagSource.class, true,
				false).length > 0;
	}

	@Override
	public List<StageSource> create() {
		List<MigrationFlagSource> ordered = this.beanFactory.getBeanProvider(MigrationFlagSource.class)
			.orderedStream()
			.toList();
		Map<String, MigrationFlagSource> named = BeanFactoryUtils.beansOfTypeIncludingAncestors(this.beanFactory,
				MigrationFlagSource.class);
		return ordered.stream().<StageSource>map((source) -> new BeanSource(name(source, named), source)).toList();
	}

	private static String name(MigrationFlagSource source, Map<String, MigrationFlagSource> named) {
		return named.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() == source)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseGet(() -> source.getClass().getSimpleName());
	}

	private record BeanSource(String name, MigrationFlagSource source) implements StageSource {

		@Override
		public @Nullable MigrationStage stage(String flag, MigrationContext context) {
			return this.source.stage(flag, context);
		}

	}

}
