package dev.migrationflags.crash.rig;

import java.util.List;
import java.util.Random;

import dev.migrationflags.crash.history.Outcome;
import dev.migrationflags.crash.worker.Transactions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is killed, hangs or fails, while writers write and the flag moves forth and
 * back: no acknowledged write is lost, no read misses one, and in the end the sides are
 * equal.
 */
class CrashTests {

	private static final int KILLS = Integer.getInteger("crash.kills", 6);

	private static final int ROUNDS = Integer.getInteger("crash.rounds", 1);

	private static final int WRITERS = 8;

	private static final int READERS = 2;

	private static final int STEP_MILLIS = 60;

	private static Rig rig;

	private Random random;

	private String test;

	@BeforeAll
	static void start() {
		rig = new Rig();
	}

	@AfterAll
	static void stop() {
		rig.close();
	}

	@BeforeEach
	void seed(TestInfo test) {
		String given = System.getProperty("crash.seed", "");
		long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
		this.random = new Random(seed);
		this.test = test.getDisplayName() + " (-Dcrash.seed=" + seed + ")";
	}

	@ParameterizedTest(name = "a node is killed, transactions: {0}")
	@EnumSource(Transactions.class)
	void aNodeIsKilled(Transactions transactions) {
		try (Run run = rig.run("crash.transactions=" + transactions)) {
			for (int i = 0; i < (KILLS + 2) / 3; i++) {
				Node node = busy(run);
				pause(100, 1200);
				run.kill(node);
			}
			busy(run);
			pause(300, 600);
			assertRight(run.finish());
		}
	}

	@Test
	void oneOfTwoNodesIsKilled() {
		try (Run run = rig.run()) {
			Node survivor = run.launch();
			Node other = busy(run);
			traffic(survivor.ready());
			for (int i = 0; i < 2 * ROUNDS; i++) {
				pause(300, 1200);
				run.kill(survivor);
				survivor = other;
				other = busy(run);
			}
			pause(500, 1000);
			assertRight(run.finish());
		}
	}

	@ParameterizedTest
	@EnumSource(Target.class)
	void aServerIsKilledAndStartedAgain(Target target) {
		try (Run run = rig.run()) {
			Node node = busy(run);
			for (int i = 0; i < ROUNDS; i++) {
				pause(300, 800);
				target.server(rig).kill();
				pause(0, 1500);
				target.server(rig).restart();
				pause(500, 1000);
			}
			assertThat(node.ask("stage")).isNotEmpty();
			assertRight(run.finish());
		}
	}

	@ParameterizedTest
	@EnumSource(Target.class)
	void aServerHangs(Target target) {
		try (Run run = rig.run()) {
			busy(run);
			for (int i = 0; i < ROUNDS; i++) {
				pause(300, 800);
				target.server(rig).freeze();
				try {
					pause(200, 3000);
				}
				finally {
					target.server(rig).thaw();
				}
				pause(500, 1000);
			}
			assertRight(run.finish());
		}
	}

	@ParameterizedTest
	@EnumSource(Target.class)
	void connectionsAreReset(Target target) {
		Proxy proxy = target.server(rig).proxy();
		try (Run run = rig.run("crash.transactions=" + anyTransactions())) {
			busy(run);
			int before = proxy.cuts();
			for (int i = 0; i < ROUNDS; i++) {
				proxy.cut(4, 0);
				pause(500, 1000);
				proxy.cut(0, 4);
				pause(500, 1000);
			}
			assertThat(proxy.cuts()).as("connections cut").isGreaterThan(before);
			proxy.cut(0, 0);
			assertRight(run.finish());
		}
		finally {
			proxy.cut(0, 0);
		}
	}

	@ParameterizedTest
	@EnumSource(Fails.class)
	void writesOfASideFail(Fails fails) {
		try (Run run = rig.run("crash.transactions=" + anyTransactions())) {
			Node node = busy(run);
			for (int i = 0; i < ROUNDS; i++) {
				fails.commands.forEach(node::tell);
				pause(1500, 2500);
				node.tell("heal");
				pause(100, 500);
			}
			assertRight(run.finish());
		}
	}

	/**
	 * With the other side dead the callers write on, and the flag stays where it is.
	 */
	@Test
	void theFlagDoesNotFlipToASideThatMissesWrites() {
		try (Run run = rig.run()) {
			Node node = run.start();
			node.tell("fail NEW 100");
			// each attempt holds the callers, in vain
			traffic(node, 500);
			pause(3000, 4000);
			node.tell("quiet");
			assertThat(run.flips()).isZero();
			assertThat(run.refusals()).isPositive();
			node.tell("heal");
			Run.Result result = run.finish();
			assertRight(result);
			assertThat(result.history().count(Outcome.INDETERMINATE)).isZero();
		}
	}

	@Test
	void fiveNodesRepair() {
		try (Run run = rig.run()) {
			List<Node> repairers = List.of(run.launch(), run.launch(), run.launch(), run.launch());
			repairers.forEach(Node::ready);
			Node writer = busy(run);
			writer.tell("fail NEW 30");
			writer.tell("fail OLD 30");
			pause(2000 * ROUNDS, 3000 * ROUNDS);
			run.kill(writer);
			pause(0, 1000);
			assertRight(run.finish());
		}
	}

	/**
	 * A key that cannot be repaired is parked, holds the flag where it is, and goes on
	 * when somebody has cured it.
	 */
	@Test
	void aKeyIsPoison() {
		try (Run run = rig.run("migration.repair.attempts=5")) {
			Node node = run.start();
			node.tell("poison 0 NEW");
			traffic(node);
			run.awaitParked();
			node.tell("quiet");
			long flips = run.flips();
			assertThat(node.ask("stage")).isIn("dualwrite", "shadow");
			traffic(node);
			pause(300, 600);
			node.tell("quiet");
			assertThat(run.flips()).as("flips with a parked key").isEqualTo(flips);
			node.tell("heal");
			node.ask("retry");
			assertRight(run.finish());
		}
	}

	private Transactions anyTransactions() {
		return Transactions.values()[this.random.nextInt(Transactions.values().length)];
	}

	private static Node busy(Run run) {
		Node node = run.start();
		traffic(node);
		return node;
	}

	private static void traffic(Node node) {
		traffic(node, STEP_MILLIS);
	}

	private static void traffic(Node node, int stepMillis) {
		node.tell("traffic " + WRITERS + " " + READERS);
		node.tell("walk " + stepMillis);
	}

	private void pause(int least, int most) {
		try {
			Thread.sleep(this.random.nextInt(least, most + 1));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void assertRight(Run.Result result) {
		System.out.println(this.test + ": " + result.summary());
		result.reasons().forEach((reason) -> System.out.println("  " + reason));
		assertThat(result.violations()).as(this.test + ": " + result.summary()).isEmpty();
		assertThat(result.history().count(Outcome.OK)).as("acknowledged writes").isGreaterThan(20);
		assertThat(result.history().reads()).as("reads").isGreaterThan(100);
		assertThat(result.flips()).as("flips").isPositive();
		assertThat(result.repaired()).as("keys repaired").isPositive();
	}

	/**
	 * Which server it happens to.
	 */
	enum Target {

		OLD, NEW, MARKS;

		Server server(Rig rig) {
			return switch (this) {
				case OLD -> rig.oldSide();
				case NEW -> rig.newSide();
				case MARKS -> rig.marks();
			};
		}

	}

	/**
	 * What fails how often.
	 */
	enum Fails {

		NEW_30(List.of("fail NEW 30")), OLD_30(List.of("fail OLD 30")), BOTH_30(List.of("fail OLD 30", "fail NEW 30")),
		NEW_100(List.of("fail NEW 100")), OLD_100(List.of("fail OLD 100"));

		private final List<String> commands;

		Fails(List<String> commands) {
			this.commands = commands;
		}

	}

}
