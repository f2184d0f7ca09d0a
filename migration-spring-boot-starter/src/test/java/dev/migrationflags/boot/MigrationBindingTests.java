package dev.migrationflags.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationFlag;
import dev.migrationflags.MigrationFlag.Settings;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.ReadExecution;
import dev.migrationflags.WriteConsistency;
import dev.migrationflags.WriteTiming;
import dev.migrationflags.boot.MigrationProperties.InitializeSchema;
import dev.migrationflags.boot.MigrationProperties.StoreType;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static dev.migrationflags.MigrationStage.COMPLETE;
import static dev.migrationflags.MigrationStage.DUAL_WRITE;
import static dev.migrationflags.MigrationStage.LIVE;
import static dev.migrationflags.MigrationStage.OFF;
import static dev.migrationflags.MigrationStage.RAMP_DOWN;
import static dev.migrationflags.MigrationStage.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MigrationBinding}.
 */
class MigrationBindingTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	private void yaml(String yaml) {
		try {
			new YamlPropertySourceLoader()
				.load("application.yml",
						new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8), "application.yml"))
				.forEach(this.environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void property(String name, Object value) {
		this.environment.getPropertySources().addFirst(new MapPropertySource(name, Map.of(name, value)));
	}

	private void environmentVariables(Map<String, Object> variables) {
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
	}

	private MigrationBinding bind(MigrationFlag... beans) {
		return MigrationBinding.of(this.environment, List.of(beans));
	}

	private MigrationFlag bindFlag(MigrationFlag... beans) {
		MigrationBinding binding = bind(beans);
		assertThat(binding.problems()).isEmpty();
		assertThat(binding.flags()).hasSize(1);
		return binding.flags().get(0);
	}

	private Problem bindProblem(MigrationFlag... beans) {
		List<Problem> problems = bind(beans).problems();
		assertThat(problems).hasSize(1);
		return problems.get(0);
	}

	@Test
	void nothingIsFine() {
		MigrationBinding binding = bind();
		assertThat(binding.problems()).isEmpty();
		assertThat(binding.flags()).isEmpty();
		MigrationProperties properties = binding.properties();
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.startUpTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.allowDisabledAfterFlip()).isFalse();
		assertThat(properties.aop()).isEqualTo(new MigrationProperties.Aop(AdviceMode.PROXY, Integer.MAX_VALUE - 1000));
		assertThat(properties.store()).isEqualTo(new MigrationProperties.Store(StoreType.MEMORY, Duration.ofSeconds(1),
				Duration.ofSeconds(10), InitializeSchema.EMBEDDED, false));
		assertThat(properties.repair()).isEqualTo(new MigrationProperties.Repair(Duration.ofSeconds(1),
				Duration.ofMillis(200), Duration.ofSeconds(30), 20, 64, 200));
		assertThat(properties.executor()).isEqualTo(new MigrationProperties.Executor(16, 256, true));
		assertThat(properties.mismatches()).isEqualTo(new MigrationProperties.Mismatches(100, false));
		assertThat(properties.observations().enabled()).isFalse();
	}

	@Test
	void everyPropertyOfTheContractIsBound() {
		yaml("""
				migration:
				  enabled: false
				  start-up-timeout: 3s
				  allow-disabled-after-flip: true
				  aop: { mode: aspectj, order: 7 }
				  context: { provider: principal }
				  store: { type: jdbc, poll-interval: 2s, max-staleness: 20s, initialize-schema: never, accept-volatile: true }
				  repair: { interval: 2s, backoff: 100ms, max-backoff: 1m, attempts: 3, batch: 4, rate: 5 }
				  executor: { threads: 2, queue: 3, virtual: false }
				  mismatches: { keep: 5, include-values: true }
				  observations: { enabled: true }
				  dashboard: { enabled: true, path: /ops }
				  flags:
				    orders-db:
				      description: Orders from Oracle to PostgreSQL
				      stages: 6
				      stage: shadow
				      default-stage: off
				      salt: pepper
				      rollout: { live: 12.5, off: 20 }
				      cohorts:
				        - name: staff
				          match: { plan: [internal, beta], region: [eu], key: 42 }
				          stage: live
				        - name: testers
				          match: { tester: true }
				          rollout: { dualwrite: 50 }
				      context: customer
				      readiness: { required: [consistency, latency], consistency: 0.99, volume: 7, errors: 0.02, latency: 1.5, window: 10m }
				      guardrail: { errors: 0.1, p99: 300ms, latency: 3, window: 2m, calls: 20, cool-down: 1h }
				      track-latency: false
				      track-errors: false
				      read:
				        execution: concurrent
				        timeout: 500ms
				        sampling: 0.5
				        check-sampling: 0.25
				      write:
				        timing: immediate
				        timeout: 3s
				        deadline: 12s
				        consistency: strict
				      comparison:
				        enabled: false
				        ignore: [updatedAt, "lines[*].id", "**.etag"]
				        unordered: [lines]
				        tolerance: { "[lines[*].price]": 0.005, "total": 1, "items[*].net": 2, "**.vat": 3, "[[2].a]": 4 }
				        show-keys: [totals]
				        max-nodes: 99
				      operations:
				        findById:
				          read: { execution: serial, sampling: 0.1 }
				          write: { timing: after-commit }
				          comparison: { max-nodes: 7 }
				""");
		MigrationFlag flag = bindFlag();
		assertThat(flag.key()).isEqualTo("orders-db");
		assertThat(flag.description()).isEqualTo("Orders from Oracle to PostgreSQL");
		assertThat(flag.stages()).isEqualTo(6);
		assertThat(flag.stage()).isEqualTo(SHADOW);
		assertThat(flag.defaultStage()).isEqualTo(OFF);
		assertThat(flag.salt()).isEqualTo("pepper");
		assertThat(flag.rollout()).isEqualTo(Map.of(LIVE, 12.5, OFF, 20.0));
		assertThat(flag.cohorts()).hasSize(2);
		assertThat(flag.cohorts().get(0).name()).isEqualTo("staff");
		assertThat(flag.cohorts().get(0).stage()).isEqualTo(LIVE);
		assertThat(flag.cohorts().get(0).match()).isEqualTo(Map.<String, List<Object>>of("plan",
				List.of("internal", "beta"), "region", List.of("eu"), "key", List.of(42)));
		assertThat(flag.cohorts().get(1).rollout()).isEqualTo(Map.of(DUAL_WRITE, 50.0));
		assertThat(flag.context().named()).isEqualTo("customer");
		assertThat(flag.readinessRequired()).containsExactlyInAnyOrder("consistency", "latency");
		assertThat(flag.readiness()).isEqualTo(new MigrationFlag.Readiness(0.99, 7, 0.02, 1.5, Duration.ofMinutes(10)));
		assertThat(flag.guardrail()).isEqualTo(new MigrationFlag.Guardrail(false, 0.1, Duration.ofMillis(300), 3.0,
				Duration.ofMinutes(2), 20, Duration.ofHours(1)));
		assertThat(flag.trackLatency()).isFalse();
		assertThat(flag.trackErrors()).isFalse();
		assertThat(flag.settings()).isEqualTo(new Settings(
				new MigrationFlag.Read(ReadExecution.CONCURRENT, Duration.ofMillis(500), 0.5, 0.25),
				new MigrationFlag.Write(WriteTiming.IMMEDIATE, Duration.ofSeconds(3), Duration.ofSeconds(12),
						WriteConsistency.STRICT, true),
				new MigrationFlag.Comparison(false, Set.of("updatedAt", "lines[*].id", "**.etag"), Set.of("lines"),
						Map.of("lines[*].price", 0.005, "total", 1.0, "items[*].net", 2.0, "**.vat", 3.0, "[2].a", 4.0),
						Set.of("totals"), 99)));
		Settings own = flag.settings("findById");
		assertThat(own.read())
			.isEqualTo(new MigrationFlag.Read(ReadExecution.SERIAL, Duration.ofMillis(500), 0.1, 0.25));
		assertThat(own.write().timing()).isEqualTo(WriteTiming.AFTER_COMMIT);
		assertThat(own.write().timeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(own.comparison().maxNodes()).isEqualTo(7);
		assertThat(flag.overriddenOperations()).containsExactly("findById");
		MigrationProperties properties = bind().properties();
		assertThat(properties).isEqualTo(new MigrationProperties(false, Duration.ofSeconds(3), true,
				new MigrationProperties.Aop(AdviceMode.ASPECTJ, 7),
				new MigrationProperties.Context(MigrationProperties.ContextProvider.PRINCIPAL),
				new MigrationProperties.Store(StoreType.JDBC, Duration.ofSeconds(2), Duration.ofSeconds(20),
						InitializeSchema.NEVER, true),
				new MigrationProperties.Repair(Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofMinutes(1), 3,
						4, 5),
				new MigrationProperties.Sync(500), new MigrationProperties.Executor(2, 3, false),
				new MigrationProperties.Mismatches(5, true), new MigrationProperties.Observations(true),
				new MigrationProperties.Dashboard(true, "/ops"), Map.of()));
	}

	@Test
	void whatIsNotSetHasTheDefaultsOfABean() {
		property("migration.flags.f.stage", "off");
		MigrationFlag flag = bindFlag();
		MigrationFlag bean = MigrationFlag.named("f").stage(OFF).build();
		assertThat(flag.settings()).isEqualTo(bean.settings());
		assertThat(flag.stages()).isEqualTo(6);
		assertThat(flag.salt()).isEqualTo("f");
		assertThat(flag.context().named()).isNull();
		assertThat(flag.trackErrors()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "off, OFF", "OFF, OFF", "Off, OFF", "'\"off\"', OFF", "false, OFF", "no, OFF", "dualwrite, DUAL_WRITE",
			"dual-write, DUAL_WRITE", "DUAL_WRITE, DUAL_WRITE", "shadow, SHADOW", "live, LIVE", "rampdown, RAMP_DOWN",
			"ramp-down, RAMP_DOWN", "Complete, COMPLETE" })
	void yamlStagesAreAsRelaxedAsAnySpringEnum(String value, MigrationStage stage) {
		yaml("migration: { flags: { f: { stage: " + value + ", rollout: { " + value
				+ ": 20 }, cohorts: [ { name: a, stage: " + value + " } ] } } }");
		MigrationFlag flag = bindFlag();
		assertThat(flag.stage()).isEqualTo(stage);
		assertThat(flag.rollout()).isEqualTo(Map.of(stage, 20.0));
		assertThat(flag.cohorts().get(0).stage()).isEqualTo(stage);
	}

	@Test
	void norwayIsNoBoolean() {
		yaml("""
				migration.flags.f:
				  stage: off
				  cohorts: [ { name: norway, match: { region: [NO] }, stage: live } ]
				""");
		assertThat(FlagRegistry.of(List.of(bindFlag()))
			.get("f")
			.stageFor(MigrationContext.of("user", "1", Map.of("region", "NO")))).isEqualTo(LIVE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lve", "on", "7", "beta" })
	void aBadStageListsTheValidOnesAndWhereItStands(String value) {
		yaml("migration:\n  flags:\n    f:\n      stage: " + value);
		Problem problem = bindProblem();
		assertThat(problem.what()).contains("is not valid");
		assertThat(problem.where()).contains("migration.flags.f.stage", "application.yml", "4:14");
		assertThat(problem.fix()).isEqualTo("Use one of off, dualwrite, shadow, live, rampdown, complete");
	}

	@Test
	void aBadStageIsNotReportedAsMissingToo() {
		yaml("migration: { flags: { f: { stage: lve, read: { sampling: 2 } }, g: { salt: a } } }");
		assertThat(bind().check(false)).extracting(Problem::where)
			.satisfiesExactly((where) -> assertThat(where).contains("migration.flags.f.stage"),
					(where) -> assertThat(where).isEqualTo("flag 'f', property 'read.sampling'"),
					(where) -> assertThat(where).isEqualTo("flag 'g', property 'stage'"));
	}

	@Test
	void aBadStageAsAMapKeyListsTheValidOnes() {
		yaml("migration.flags.f: { stage: off, rollout: { lve: 20 } }");
		Problem problem = bindProblem();
		assertThat(problem.what()).contains("'lve'");
		assertThat(problem.where()).contains("migration.flags.f.rollout");
		assertThat(problem.fix()).contains("off, dualwrite");
	}

	@ParameterizedTest
	@CsvSource({ "stages, six, whole number", "read.timeout, soon, 500ms",
			"read.execution, later, 'detached, concurrent'", "read.sampling, half, number",
			"write.timing, eventually, 'after-commit, immediate'",
			"write.consistency, hopeful, 'marked, strict, counted'", "track-errors, perhaps, true or false",
			"comparison.max-nodes, 1.5, whole number", "comparison.tolerance.total, little, number",
			"rollout.live, most, number", "cohorts[0].stage, lve, 'off, dualwrite'",
			"operations.find.read.timeout, soon, 500ms" })
	void everyValueThatDoesNotFitSaysWhatFits(String property, String value, String fix) {
		property("migration.flags.f.stage", "off");
		property("migration.flags.f." + property, value);
		Problem problem = bindProblem();
		assertThat(problem.what()).isEqualTo("'" + value + "' is not valid");
		assertThat(problem.where()).contains("migration.flags.f." + property);
		assertThat(problem.fix()).contains(fix);
	}

	@Test
	void allProblemsAreTold() {
		yaml("""
				migration:
				  executor: { threads: many }
				  store: { type: paper }
				  start-up-timeout: 0s
				  flags:
				    first:
				      stage: lve
				      read: { timeout: soon, executon: serial }
				      cohorts:
				        - stage: lve
				        - name: b
				          stage: live
				    second:
				      stage: off
				      rolout: { live: 20 }
				    Order_Read:
				      stage: off
				""");
		MigrationBinding binding = bind();
		assertThat(binding.problems()).extracting(Problem::what)
			.containsExactlyInAnyOrder("'many' is not valid", "'paper' is not valid", "'PT0S' is not valid",
					"'lve' is not valid", "'soon' is not valid", "Flag 'first' has no property 'executon'",
					"'lve' is not valid", "Flag 'second' has no property 'rolout'", "'Order_Read' is no key of a flag");
		assertThat(binding.flags()).extracting(MigrationFlag::key).containsExactly("first", "second");
	}

	@ParameterizedTest
	@CsvSource({ "rolout.live, rollout", "read.executon, execution", "read.checksamplng, check-sampling",
			"defaultstag, default-stage", "comparison.max-node, max-nodes", "write.dedline, deadline",
			"cohorts[0].nme, name", "operations.find.raed.timeout, read", "readiness.requird, required" })
	void anUnknownPropertyIsRefusedWithASuggestion(String property, String meant) {
		property("migration.flags.f.stage", "off");
		property("migration.flags.f." + property, "1");
		Problem problem = bindProblem();
		assertThat(problem.what()).startsWith("Flag 'f' has no property");
		assertThat(problem.where()).contains("migration.flags.f." + property);
		assertThat(problem.fix()).startsWith("Did you mean '" + meant + "'?");
	}

	@Test
	void anUnknownPropertyThatLooksLikeNoneListsTheKnownOnes() {
		property("migration.flags.f.stage", "off");
		property("migration.flags.f.read.whatever", "1");
		assertThat(bindProblem().fix()).isEqualTo("Use one of execution, timeout, sampling, check-sampling");
	}

	@Test
	void whatComesAfterAPropertyIsUnknown() {
		property("migration.flags.f.stage", "off");
		property("migration.flags.f.salt.more", "1");
		assertThat(bindProblem().what()).isEqualTo("Flag 'f' has no property 'more'");
	}

	@Test
	void anAttributeWithADotIsNotDroppedSilently() {
		yaml("migration.flags.f: { stage: off, cohorts: [ { name: a, stage: live, match: { org.region: [eu] } } ] }");
		assertThat(bindProblem().fix()).contains("brackets");
	}

	@Test
	void anAttributeWithADotInBracketsIsFine() {
		yaml("migration.flags.f: { stage: off, cohorts: [ { name: a, stage: live, match: { \"[org.region]\": [eu] } } ] }");
		assertThat(bindFlag().cohorts().get(0).match()).containsOnlyKeys("org.region");
	}

	@Test
	void attributesKeepTheirCase() {
		yaml("migration.flags.f: { stage: off, cohorts: [ { name: a, stage: live, match: { planType: [eu], plan_b: x } } ] }");
		assertThat(bindFlag().cohorts().get(0).match()).containsOnlyKeys("planType", "plan_b");
	}

	@Test
	void camelCaseNamesAreFine() {
		yaml("migration.flags.f: { stage: off, read: { checkSampling: 0.5 }, trackLatency: false }");
		assertThat(bindFlag().settings().read().checkSampling()).isEqualTo(0.5);
	}

	@ParameterizedTest
	@CsvSource({ "'[a.b]', a.b, a-b", "Order_Read, Order_Read, order-read", "ordersDb, ordersDb, orders-db",
			"1st, 1st, st" })
	void aBadKeyIsRefusedWithASuggestion(String written, String key, String suggestion) {
		yaml("migration: { flags: { \"" + written + "\": { stage: off } } }");
		Problem problem = bindProblem();
		assertThat(problem.what()).isEqualTo("'" + key + "' is no key of a flag");
		assertThat(problem.fix()).endsWith("such as '" + suggestion + "'");
		assertThat(bind().flags()).isEmpty();
	}

	@Test
	void aBadKeyIsToldOnceHoweverManyPropertiesItHas() {
		yaml("migration: { flags: { Order_Read: { stage: off, stages: 4, salt: a } } }");
		assertThat(bindProblem().where()).contains("migration.flags.Order_Read.stage", "application.yml");
	}

	@Test
	void aKeyWithADotIsRefused() {
		property("migration.flags.a.b.stage", "off");
		Problem problem = bindProblem();
		assertThat(problem.what()).isEqualTo("Flag 'a' has no property 'b'");
		assertThat(problem.where()).contains("migration.flags.a.b.stage");
	}

	@Test
	void keysThatDifferByDashesOnlyAreRefused() {
		yaml("migration: { flags: { orders-db: { stage: off }, ordersdb: { stage: live } } }");
		Problem problem = bindProblem();
		assertThat(problem.what()).contains("'orders-db'", "'ordersdb'");
	}

	@Test
	void aFlagWithoutPropertiesHasNoStage() {
		yaml("migration:\n  flags:\n    f:\n");
		MigrationFlag flag = bindFlag();
		assertThat(flag.key()).isEqualTo("f");
		assertThat(FlagRegistry.validate(List.of(flag), false)).hasSize(1);
	}

	@Test
	void noFlagsBelowFlagsIsFine() {
		yaml("migration:\n  flags:\n");
		assertThat(bind()).satisfies((binding) -> {
			assertThat(binding.problems()).isEmpty();
			assertThat(binding.flags()).isEmpty();
		});
	}

	@Test
	void aStageInsteadOfAGroupIsRefused() {
		yaml("migration: { flags: { f: shadow } }");
		Problem problem = bindProblem();
		assertThat(problem.what()).contains("'shadow'");
		assertThat(problem.where()).contains("migration.flags.f");
	}

	@Test
	void aValueInsteadOfAllPropertiesIsRefused() {
		property("migration", "shadow");
		Problem problem = bindProblem();
		assertThat(problem.what()).contains("'shadow'");
		assertThat(bind().properties().executor().threads()).isEqualTo(16);
	}

	@Test
	void aGapInAListIsRefused() {
		yaml("migration.flags.f: { stage: off }");
		property("migration.flags.f.cohorts[1].name", "a");
		Problem problem = bindProblem();
		assertThat(problem.what()).contains("gap");
		assertThat(problem.where()).contains("migration.flags.f.cohorts[1].name");
	}

	@ParameterizedTest
	@CsvSource({ "total, total", "lines[*].price, lines[*].price", "[lines[*].price], lines[*].price", "**.vat, **.vat",
			"[**.vat], **.vat", "[2].a, [2].a", "[2].a[0], [2].a[0]", "[[2].a], [2].a", "[*].a, [*].a", "[*], [*]",
			"lines[0].unitPrice, lines[0].unitPrice", "tolerance.x, tolerance.x" })
	void pathsOfTolerancesMayStandInBracketsOrNot(String written, String path) {
		yaml("migration.flags.f: { stage: off, comparison: { tolerance: { \"" + written + "\": 0.5 } },"
				+ " operations: { find: { comparison: { tolerance: { \"" + written + "\": 0.25 } } } } }");
		MigrationFlag flag = bindFlag();
		assertThat(flag.settings().comparison().tolerance()).isEqualTo(Map.of(path, 0.5));
		assertThat(flag.settings("find").comparison().tolerance()).isEqualTo(Map.of(path, 0.25));
	}

	@Test
	void anEnvironmentVariableMayGiveATolerance() {
		environmentVariables(
				Map.of("MIGRATION_FLAGS_F_STAGE", "off", "MIGRATION_FLAGS_F_COMPARISON_TOLERANCE_TOTAL", "0.5"));
		assertThat(bindFlag().settings().comparison().tolerance()).isEqualTo(Map.of("total", 0.5));
	}

	@Test
	void flagsComeInTheOrderInWhichTheyStand() {
		yaml("migration: { flags: { z: { stage: off }, a: { stage: off }, m: { stage: off } } }");
		assertThat(bind(MigrationFlag.named("q").stage(OFF).build()).flags()).extracting(MigrationFlag::key)
			.containsExactly("q", "z", "a", "m");
	}

	@Test
	void placeholdersAreResolved() {
		yaml("migration.flags.f.stage: ${first.stage}");
		property("first.stage", "live");
		assertThat(bindFlag().stage()).isEqualTo(LIVE);
	}

	@Test
	void aPlaceholderWithoutValueIsAProblem() {
		yaml("migration.flags.f: { stage: \"${first.stage}\", salt: a }");
		assertThat(bindProblem().what()).contains("first.stage");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ORDERSDB", "ORDERS_DB" })
	void anEnvironmentVariableOverridesAFileAndDefinesNoSecondFlag(String key) {
		yaml("migration: { flags: { orders-db: { stage: off, read: { check-sampling: 1 } } } }");
		environmentVariables(Map.of("MIGRATION_FLAGS_" + key + "_STAGE", "live"));
		MigrationFlag flag = bindFlag();
		assertThat(flag.key()).isEqualTo("orders-db");
		assertThat(flag.stage()).isEqualTo(LIVE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ORDERSDB_READ_CHECKSAMPLING", "ORDERS_DB_READ_CHECK_SAMPLING" })
	void anEnvironmentVariableOfSeveralWordsIsKnownInBothForms(String name) {
		yaml("migration: { flags: { orders-db: { stage: off } } }");
		environmentVariables(Map.of("MIGRATION_FLAGS_" + name, "0.5"));
		assertThat(bindFlag().settings().read().checkSampling()).isEqualTo(0.5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ORDERSDB_STAG", "ORDERS_DB_STAG", "ORDERSDB_READ_CHECK_SAMPLING", "ORDERS_STAGE_X" })
	void anEnvironmentVariableThatIsNotUnderstoodIsRefused(String name) {
		yaml("migration: { flags: { orders-db: { stage: off } } }");
		environmentVariables(Map.of("MIGRATION_FLAGS_" + name, "0.5"));
		assertThat(bindProblem().where()).contains("MIGRATION_FLAGS_" + name);
	}

	@Test
	void anEnvironmentVariableMayDefineAFlagOfOneWord() {
		environmentVariables(Map.of("MIGRATION_FLAGS_PRICING_STAGE", "off", "MIGRATION_FLAGS_PRICING_STAGES", "4"));
		MigrationFlag flag = bindFlag();
		assertThat(flag.key()).isEqualTo("pricing");
		assertThat(flag.stages()).isEqualTo(4);
	}

	@Test
	void anEnvironmentVariableAddsToABean() {
		environmentVariables(Map.of("MIGRATION_FLAGS_ORDERSDB_STAGES", "4"));
		MigrationFlag flag = bindFlag(MigrationFlag.named("orders-db").stage(SHADOW).build());
		assertThat(flag.key()).isEqualTo("orders-db");
		assertThat(flag.stages()).isEqualTo(4);
	}

	@Test
	void propertiesWithoutStageAddToABean() {
		yaml("migration.flags.f: { read: { timeout: 5s }, rollout: { live: 20 }, operations: { find: { read: { sampling: 0.5 } } } }");
		MigrationFlag flag = bindFlag(MigrationFlag.named("f")
			.stage(RAMP_DOWN)
			.readSampling(0.25)
			.rollout(COMPLETE, 10)
			.operation("find", (find) -> find.readExecution(ReadExecution.SERIAL))
			.build());
		assertThat(flag.stage()).isEqualTo(RAMP_DOWN);
		assertThat(flag.rollout()).isEqualTo(Map.of(COMPLETE, 10.0, LIVE, 20.0));
		assertThat(flag.settings().read())
			.isEqualTo(new MigrationFlag.Read(ReadExecution.DETACHED, Duration.ofSeconds(5), 0.25, 1));
		assertThat(flag.settings("find").read())
			.isEqualTo(new MigrationFlag.Read(ReadExecution.SERIAL, Duration.ofSeconds(5), 0.5, 1));
	}

	@Test
	void aFlagDefinedAsABeanAndInPropertiesIsRefused() {
		property("migration.flags.f.stage", "live");
		Problem problem = bindProblem(MigrationFlag.named("f").stage(OFF).build());
		assertThat(problem.what()).isEqualTo("Flag 'f' is defined by a bean and by properties");
		assertThat(problem.where()).contains("migration.flags.f.stage");
	}

	@ParameterizedTest
	@CsvSource({ "executor.threads, 0", "executor.queue, -1", "mismatches.keep, -1", "store.poll-interval, 0s",
			"store.max-staleness, -1s", "repair.interval, 0s", "repair.backoff, 0s", "repair.max-backoff, 0s",
			"repair.attempts, 0", "repair.batch, 0", "repair.rate, 0", "sync.rate, 0", "start-up-timeout, -1s" })
	void valuesOutOfRangeAreRefused(String property, String value) {
		property("migration." + property, value);
		assertThat(bindProblem().where()).isEqualTo("property 'migration." + property + "'");
	}

}
