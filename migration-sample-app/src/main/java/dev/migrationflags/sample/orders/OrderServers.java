package dev.migrationflags.sample.orders;

import org.springframework.core.env.Environment;

/**
 * Where the databases are, by the property that names one.
 */
@FunctionalInterface
interface OrderServers {

	String OLD = "sample.postgres.old";

	String NEW = "sample.postgres.new";

	/** Of the framework, for stages and marks. */
	String MIGRATIONS = "sample.postgres.migrations";

	/**
	 * Where a database is.
	 * @param property which one
	 * @return its JDBC URL
	 */
	String url(String property);

	/**
	 * Whether somebody else has started servers, and says where they are.
	 */
	static boolean isGiven(Environment environment) {
		return environment.containsProperty(OLD);
	}

}
