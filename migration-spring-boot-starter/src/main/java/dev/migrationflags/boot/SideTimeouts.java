package dev.migrationflags.boot;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;

import javax.sql.DataSource;

import dev.migrationflags.engine.jdbc.StatementLimit;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.TimeInWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Looks whether the databases of the application give statements up before the writes of
 * its flags have to be over, where they tell: a statement that is carried out later
 * overwrites what somebody else has written since.
 */
final class SideTimeouts {

	private static final Logger logger = LoggerFactory.getLogger(SideTimeouts.class);

	private final ConfigurableListableBeanFactory beanFactory;

	SideTimeouts(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Warns of what is set too high or not at all. Takes a connection of each data source
	 * that there is, so it may take as long as that; what is out of reach is passed over.
	 * @param flags the flags whose writes are marked
	 */
	void check(Collection<Flag> flags) {
		flags.stream().min(Comparator.comparing(SideTimeouts::deadline)).ifPresent((hastiest) -> {
			for (String name : this.beanFactory.getBeanNamesForType(DataSource.class, false, false)) {
				if (this.beanFactory.containsSingleton(name)
						&& this.beanFactory.findAnnotationOnBean(name, MigrationDataSource.class) == null) {
					check(name, hastiest);
				}
			}
		});
	}

	private static Duration deadline(Flag flag) {
		return flag.definition().settings().write().deadline();
	}

	private void check(String name, Flag flag) {
		try (Connection connection = this.beanFactory.getBean(name, DataSource.class).getConnection()) {
			StatementLimit limit = StatementLimit.of(connection);
			if (limit != null && limit.allows(deadline(flag))) {
				logger.warn("Statements of data source '{}' may run {} (its {}), and a write of flag '{}' must not be "
						+ "carried out after its write.deadline of {}: it could overwrite a newer one. Set {} well "
						+ "below, for example with spring.datasource.hikari.connection-init-sql", name,
						limit.limit().isZero() ? "for ever" : "for " + TimeInWords.of(limit.limit()), limit.setting(),
						flag.key(), TimeInWords.of(deadline(flag)), limit.setting());
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Data source '{}' does not tell how long its statements may run", name, ex);
		}
	}

}
