package dev.migrationflags.aop;

import java.util.List;

import dev.migrationflags.aop.transaction.TransactionManagers;
import dev.migrationflags.engine.OperationSpec.Managers;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * The transaction managers of the two sides of a write: as {@code @Migration} names them,
 * else that of the side's own {@code @Transactional}, else the only one.
 */
final class SideManagers {

	private static final Logger logger = LoggerFactory.getLogger(SideManagers.class);

	private static final boolean TRANSACTIONS = ClassUtils.isPresent(
			"org.springframework.transaction.ConfigurableTransactionManager", SideManagers.class.getClassLoader());

	private final List<Problem> problems;

	private final @Nullable TransactionManagers managers;

	SideManagers(ConfigurableListableBeanFactory beanFactory, List<Problem> problems) {
		this.problems = problems;
		this.managers = TRANSACTIONS ? new TransactionManagers(beanFactory) : null;
	}

	Managers of(Pair pair) {
		return (this.managers == null || this.managers.names().isEmpty()) ? Managers.UNKNOWN
				: new Managers(manager(this.managers, pair.oldSide()), manager(this.managers, pair.newSide()),
						isApart(this.managers, pair.oldSide()), isApart(this.managers, pair.newSide()));
	}

	private static boolean isApart(TransactionManagers managers, Candidate side) {
		return managers.isApart(side.method().method(), side.method().targetClass());
	}

	private @Nullable String manager(TransactionManagers managers, Candidate side) {
		String named = side.method().transactionManager();
		if (!named.isEmpty()) {
			if (!managers.names().contains(named)) {
				this.problems.add(new Problem("There is no transaction manager '%s'".formatted(named), side.where(),
						"Name one of: " + String.join(", ", managers.names())));
			}
			return named;
		}
		String manager = managers.of(side.method().method(), side.method().targetClass());
		if (manager == null) {
			logger.warn(
					"The transaction manager of {} cannot be told among {}: a second write waits until every "
							+ "active transaction has committed. Name it in @Migration(transactionManager = \"…\")",
					side.where(), managers.names());
		}
		return manager;
	}

}
