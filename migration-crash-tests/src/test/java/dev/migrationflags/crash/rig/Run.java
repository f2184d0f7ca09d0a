package dev.migrationflags.crash.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.crash.history.Checker;
import dev.migrationflags.crash.history.History;
import dev.migrationflags.crash.history.Outcome;
import dev.migrationflags.crash.history.Violation;
import org.awaitility.Awaitility;

/**
 * A history in the making: nodes come and go, and in the end everything is compared.
 */
final class Run implements AutoCloseable {

	private static final Duration DRAIN = Duration.ofSeconds(40);

	private final Rig rig;

	private final String name;

	private final Path files;

	private final List<String> properties;

	private final List<Node> nodes = new ArrayList<>();

	private final Queue<String> steps = new ConcurrentLinkedQueue<>();

	private int incarnations;

	Run(Rig rig, String name, Path files, List<String> properties) {
		this.rig = rig;
		this.name = name;
		this.files = files;
		this.properties = properties;
	}

	/**
	 * Starts a node, and returns when it serves.
	 */
	Node start() {
		return launch().ready();
	}

	/**
	 * Starts a node without waiting for it.
	 */
	Node launch() {
		List<String> all = new ArrayList<>(List.of("spring.main.log-startup-info=false", "logging.level.root=WARN",
				"logging.threshold.console=OFF", "logging.file.name=" + this.files.resolve("log"),
				"logging.threshold.file=WARN", "crash.old=" + this.rig.oldSide().url(this.name),
				"crash.new=" + this.rig.newSide().url(this.name), "crash.marks=" + this.rig.marks().url(this.name),
				"migration.flags.registers.stage=dualwrite", "migration.flags.registers.write.deadline=2s",
				"migration.flags.registers.write.timeout=500ms", "migration.store.type=jdbc",
				"migration.store.initialize-schema=always", "migration.store.poll-interval=100ms",
				"migration.store.max-staleness=3s", "migration.repair.interval=100ms", "migration.repair.backoff=20ms",
				"migration.repair.max-backoff=500ms", "migration.repair.rate=2000"));
		all.addAll(this.properties);
		Node node = new Node(this.files, ++this.incarnations, all, this.steps::add);
		this.nodes.add(node);
		return node;
	}

	void kill(Node node) {
		node.kill();
		this.nodes.remove(node);
	}

	/**
	 * How many steps of the flag went well that crossed the flip.
	 */
	long flips() {
		return this.steps.stream()
			.filter((step) -> step.equals("moved shadow live") || step.equals("moved live shadow"))
			.count();
	}

	/**
	 * How many steps of the flag were refused.
	 */
	long refusals() {
		return this.steps.stream().filter((step) -> step.startsWith("refused ")).count();
	}

	/**
	 * Lets writers and moves end, and waits until nothing is left to repair.
	 */
	void drain() {
		this.nodes.forEach((node) -> node.tell("quiet"));
		Node node = this.nodes.get(0);
		Awaitility.await()
			.alias("nothing left to repair")
			.atMost(DRAIN)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> node.ask("marks"), (answer) -> answer.startsWith("false "));
	}

	/**
	 * Waits until the marks of the store say something.
	 * @param answer tells whether that is it
	 */
	void awaitMarks(Predicate<String> answer) {
		Node node = this.nodes.get(0);
		Awaitility.await().atMost(DRAIN).until(() -> answer.test(node.ask("marks")));
	}

	/**
	 * Drains, crosses the flip there and back as nothing speaks against it any more,
	 * reads on all nodes what callers see, and compares everything.
	 */
	Result finish() {
		drain();
		Node first = this.nodes.get(0);
		this.nodes.forEach((node) -> node.tell("read"));
		crossTheFlip(first);
		this.nodes.forEach((node) -> node.tell("read"));
		return check(first);
	}

	private void crossTheFlip(Node node) {
		Awaitility.await().alias("a flip with nothing left to repair").atMost(DRAIN).until(() -> {
			long before = flips();
			this.steps.add(node.ask("step"));
			return flips() > before;
		});
	}

	private Result check(Node node) {
		MigrationOrigin authority = MigrationStage.of(node.ask("stage")).authority();
		Map<Long, Long> oldSide = this.rig.oldSide().read(this.name, "old_register");
		Map<Long, Long> newSide = this.rig.newSide().read(this.name, "new_register");
		History history = History.of(logs());
		boolean old = (authority == MigrationOrigin.OLD);
		return new Result(history,
				Checker.check(history, old ? oldSide : newSide, old ? newSide : oldSide, System.nanoTime()), flips(),
				refusals(), List.copyOf(this.steps));
	}

	private List<Path> logs() {
		try (Stream<Path> all = Files.list(this.files)) {
			return all.filter((file) -> file.getFileName().toString().startsWith("events-")).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.nodes.forEach(Node::close);
	}

	/**
	 * What came of a run.
	 */
	record Result(History history, List<Violation> violations, long flips, long refusals, List<String> steps) {

		String summary() {
			return "%d acknowledged, %d refused, %d indeterminate, %d cut off, %d reads, %d flips, %d steps refused; %d wrong"
				.formatted(this.history.count(Outcome.OK), this.history.count(Outcome.REFUSED),
						this.history.count(Outcome.INDETERMINATE), this.history.count(null), this.history.reads(),
						this.flips, this.refusals, this.violations.size());
		}

	}

}
