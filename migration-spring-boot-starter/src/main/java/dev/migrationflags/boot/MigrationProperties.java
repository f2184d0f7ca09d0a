package dev.migrationflags.boot;

import java.time.Duration;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.AdviceMode;

/**
 * The properties under {@code migration}, but for the flags, which are bound one by one.
 *
 * @param enabled Whether annotated methods are intercepted at all.
 * @param startUpTimeout How long start-up waits for the dynamic sources of flags that
 * have no default stage.
 * @param allowDisabledAfterFlip Whether the application may start with
 * migration.enabled=false although a flag is at live or beyond, where the old side no
 * longer has the authority.
 * @param aop How methods are intercepted.
 * @param context Whom calls are for that do not say it.
 * @param store Where stages, history and marks are kept.
 * @param repair How keys whose two sides may differ are repaired.
 * @param sync How backfill and verification go through the keys.
 * @param executor The pool on which secondary sides run.
 * @param mismatches The mismatches that are kept for the endpoint.
 * @param observations Observations of the two sides.
 * @param dashboard The page that shows the flags.
 * @param flags Flags by key.
 */
@ConfigurationProperties("migration")
record MigrationProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration startUpTimeout,
		@DefaultValue("false") boolean allowDisabledAfterFlip, @DefaultValue Aop aop, @DefaultValue Context context,
		@DefaultValue Store store, @DefaultValue Repair repair, @DefaultValue Sync sync,
		@DefaultValue Executor executor, @DefaultValue Mismatches mismatches, @DefaultValue Observations observations,
		@DefaultValue Dashboard dashboard, @DefaultValue Map<String, FlagProperties> flags) {

	/**
	 * The prefix of the properties.
	 */
	static final String PREFIX = "migration";

	/**
	 * How methods are intercepted.
	 *
	 * @param mode Whether calls are intercepted by proxies, or by AspectJ weaving, which
	 * also reaches calls through this, private and final methods.
	 * @param order The order of the advice; the default lies outside of transactions and
	 * caching.
	 */
	record Aop(@DefaultValue("proxy") AdviceMode mode, @DefaultValue(DEFAULT_ORDER) int order) {

		/**
		 * A little before the lowest precedence, which transactions and caching have.
		 */
		static final String DEFAULT_ORDER = "2147482647";

	}

	/**
	 * Whom calls are for that do not say it, where no bean tells it either.
	 *
	 * @param provider Who tells whom a call is for.
	 */
	record Context(@DefaultValue("none") ContextProvider provider) {
	}

	/**
	 * Where stages, history and marks are kept.
	 *
	 * @param type Whether they are kept in memory, which a restart forgets, or in a
	 * database.
	 * @param pollInterval How often a node looks for changes in the database.
	 * @param maxStaleness After how long without the database a node in a dual stage
	 * refuses writes.
	 * @param initializeSchema Whether the tables are created at start-up.
	 * @param acceptVolatile Whether flags with write operations may move across the flip
	 * although a restart forgets it.
	 */
	record Store(@DefaultValue("memory") StoreType type, @DefaultValue("1s") Duration pollInterval,
			@DefaultValue("10s") Duration maxStaleness, @DefaultValue("embedded") InitializeSchema initializeSchema,
			@DefaultValue("false") boolean acceptVolatile) {
	}

	/**
	 * How keys whose two sides may differ are repaired.
	 *
	 * @param interval How often repair looks for work.
	 * @param backoff How long a key waits after its first failed repair.
	 * @param maxBackoff How long a key waits at most.
	 * @param attempts After how many failed repairs a key is parked.
	 * @param batch How many keys are claimed at once.
	 * @param rate How many keys are repaired per second at most.
	 */
	record Repair(@DefaultValue("1s") Duration interval, @DefaultValue("200ms") Duration backoff,
			@DefaultValue("30s") Duration maxBackoff, @DefaultValue("20") int attempts, @DefaultValue("64") int batch,
			@DefaultValue("200") int rate) {
	}

	/**
	 * How backfill and verification go through the keys.
	 *
	 * @param rate How many keys of a flag are looked at per second at most.
	 */
	record Sync(@DefaultValue("500") int rate) {
	}

	/**
	 * The pool on which secondary sides run.
	 *
	 * @param threads How many secondary sides run at the same time.
	 * @param queue How many may wait; what comes on top is skipped and counted.
	 * @param virtual Whether virtual threads are used where the JVM has them.
	 */
	record Executor(@DefaultValue("16") int threads, @DefaultValue("256") int queue,
			@DefaultValue("true") boolean virtual) {
	}

	/**
	 * The mismatches that are kept for the endpoint.
	 *
	 * @param keep How many are kept per flag.
	 * @param includeValues Whether listeners and logs get the values that differ. They
	 * may be personal data.
	 */
	record Mismatches(@DefaultValue("100") int keep, @DefaultValue("false") boolean includeValues) {
	}

	/**
	 * Observations of the two sides.
	 *
	 * @param enabled Whether each side of an operation is an observation, and so a span.
	 * Costs more than everything else together.
	 */
	record Observations(@DefaultValue("false") boolean enabled) {
	}

	/**
	 * The page that shows the flags.
	 *
	 * @param enabled Whether there is such a page. It lets see and do what the endpoint
	 * migrations lets see and do, on the same port.
	 * @param path The path of the page.
	 */
	record Dashboard(@DefaultValue("false") boolean enabled, @DefaultValue("/migrations") String path) {
	}

	/**
	 * Where stages, history and marks are kept.
	 */
	enum StoreType {

		/**
		 * In memory; a restart forgets them.
		 */
		MEMORY,

		/**
		 * In tables of a database.
		 */
		JDBC

	}

	/**
	 * Who tells whom a call is for.
	 */
	enum ContextProvider {

		/**
		 * Nobody: calls are anonymous.
		 */
		NONE,

		/**
		 * Spring Security: the name of the authenticated principal is the key of a
		 * context of kind user.
		 */
		PRINCIPAL,

		/**
		 * Hibernate: what the bean of type CurrentTenantIdentifierResolver says is the
		 * key of a context of kind tenant.
		 */
		TENANT

	}

	/**
	 * Whether the tables of the store are created at start-up.
	 */
	enum InitializeSchema {

		/**
		 * In an embedded database only.
		 */
		EMBEDDED,

		/**
		 * Always.
		 */
		ALWAYS,

		/**
		 * Never: the application brings them.
		 */
		NEVER

	}

}
