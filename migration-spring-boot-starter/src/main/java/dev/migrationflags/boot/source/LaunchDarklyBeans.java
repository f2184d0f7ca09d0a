package dev.migrationflags.boot.source;

import java.util.List;

import com.launchdarkly.sdk.server.interfaces.LDClientInterface;
import dev.migrationflags.engine.OperationReport;
import dev.migrationflags.engine.OperationReports;
import dev.migrationflags.engine.OperationType;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.StageSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * LaunchDarkly, if there is a client: as a source, and as who is told of operations once
 * the source exists.
 */
final class LaunchDarklyBeans implements SourceBeans, OperationReports {

	private final ListableBeanFactory beanFactory;

	private volatile @Nullable LaunchDarklySource source;

	LaunchDarklyBeans(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public boolean defined() {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, LDClientInterface.class, true,
				false).length > 0;
	}

	@Override
	public List<StageSource> create() {
		LaunchDarklySource source = new LaunchDarklySource(this.beanFactory.getBean(LDClientInterface.class));
		this.source = source;
		return List.of(source);
	}

	@Override
	public @Nullable OperationReport begin(Flag flag, OperationType type) {
		LaunchDarklySource source = this.source;
		return (source != null) ? source.begin(flag, type) : null;
	}

}
