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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.crash.history.Checker;
import dev.migrationflags.crash.history.History;
import dev.migrationflags.crash.history.Outcome;
import dev.migrationflags.crash.history.Violation;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A history in the making: nodes come and go, and in the end everything is compared.
 */
final class Run implements AutoCloseable {

	private static final Duration DRAIN = Duration.ofSeconds(40);

	private static final String STRUCK = "struck";

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
		List<String> all = new ArrayList<>(List.of("spring.main.log-startup-info=false",
				"crash.old=" + this.rig.oldSide().url(this.name), "crash.new=" + this.rig.newSide().url(this.name),
				"crash.marks=" + this.rig.marks().url(this.name), "migration.flags.registers.stage=dualwrite",
				"migration.flags.registers.write.deadline=2s", "migration.flags.registers.write.timeout=500ms",
				"migration.store.type=jdbc", "migration.store.initialize-schema=always",
				"migration.store.poll-interval=100ms", "migration.store.max-staleness=1s",
				"migration.repair.interval=100ms", "migration.repair.backoff=20ms",
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
	 * Why steps of the flag were refused, and what failed.
	 */
	Set<String> reasons() {
		return this.steps.stream()
			.filter((step) -> !step.startsWith("moved ") && !step.equals(STRUCK))
			// nodes and keys have names that mean nothing here
			.map((step) -> step.replaceAll("[0-9a-f]{8}-[0-9a-f-]+", "…").replaceAll("\\d+", "#"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Lets writers and moves end, and waits until nothing is left to repair.
	 */
	void drain() {
		this.nodes.forEach((node) -> node.tell("quiet"));
		awaitMarks((answer) -> answer.startsWith("false "));
	}

	/**
	 * Waits until a key is parked.
	 */
	void awaitParked() {
		awaitMarks((answer) -> !answer.endsWith(" 0"));
	}

	/**
	 * Waits for an answer: whether there are marks, how many are pending, how many
	 * parked.
	 */
	private void awaitMarks(Predicate<String> expected) {
		Node node = this.nodes.get(0);
		Awaitility.await()
			.atMost(DRAIN)
			.pollInterval(Duration.ofMillis(50))
			.untilAsserted(() -> assertThat(node.ask("marks")).as("whether there are marks, pending, parked")
				.matches(expected));
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
		long before = flips();
		Awaitility.await().atMost(DRAIN).untilAsserted(() -> {
			String step = node.ask("step");
			this.steps.add(step);
			assertThat(flips()).as("a flip with nothing left to repair: " + step).isGreaterThan(before);
		});
	}

	private Result check(Node node) {
		MigrationOrigin authority = MigrationStage.of(node.ask("stage")).authority();
		Map<Long, Long> oldSide = this.rig.oldSide().read(this.name, "old_register");
		Map<Long, Long> newSide = this.rig.newSide().read(this.name, "new_register");
		History history = History.of(logs());
		boolean old = (authority == MigrationOrigin.OLD);
		long repaired = this.nodes.stream().mapToLong((each) -> Long.parseLong(each.ask("repaired"))).sum();
		return new Result(history,
				Checker.check(history, old ? oldSide : newSide, old ? newSide : oldSide, System.nanoTime()), flips(),
				refusals(), reasons(), repaired, this.steps.contains(STRUCK));
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
	 *
	 * @param history what callers did and saw
	 * @param violations what is wrong with that
	 * @param flips how many steps went well that crossed the flip
	 * @param refusals how many steps were refused
	 * @param reasons why
	 * @param repaired how many keys the nodes have repaired that live to tell
	 * @param struck whether a bug has changed anything
	 */
	record Result(History history, List<Violation> violations, long flips, long refusals, Set<String> reasons,
			long repaired, boolean struck) {

		String summary() {
			return "%d acknowledged, %d refused, %d indeterminate, %d cut off, %d reads, %d repaired, %d flips, %d steps refused; %d wrong"
				.formatted(this.history.count(Outcome.OK), this.history.count(Outcome.REFUSED),
						this.history.count(Outcome.INDETERMINATE), this.history.count(null), this.history.reads(),
						this.repaired, this.flips, this.refusals, this.violations.size());
		}

	}

}
