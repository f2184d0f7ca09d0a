package dev.migrationflags.crash.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeSet;

import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.crash.history.EventLog;
import dev.migrationflags.engine.mark.MarkCounts;
import dev.migrationflags.engine.mark.MarkStore;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A node: an application with one migration. Obeys the lines of its standard input, one
 * answer for each, and ends with whoever started it.
 */
public final class Worker {

	/**
	 * The flag.
	 */
	public static final String FLAG = "registers";

	private static final int FINAL_READS = 500;

	private final ConfigurableApplicationContext context;

	private final MigrationFlags flags;

	private final MarkStore marks;

	private final Faults faults;

	private final Traffic traffic;

	private final Walk walk;

	private Worker(ConfigurableApplicationContext context) {
		this.context = context;
		this.flags = context.getBean(MigrationFlags.class);
		this.marks = context.getBean(MarkStore.class);
		this.faults = context.getBean(Faults.class);
		this.traffic = new Traffic(context.getBean(SeededBugs.Callers.class).registers(),
				context.getBean(CallerTransactions.class),
				new EventLog(Path.of(context.getEnvironment().getRequiredProperty("crash.log"))),
				context.getEnvironment().getRequiredProperty("crash.incarnation", int.class));
		this.walk = new Walk(context.getBean(Mover.class), this.flags);
	}

	/**
	 * Runs a node.
	 * @param arguments properties, as of any Spring Boot application
	 * @throws Exception if it cannot go on
	 */
	public static void main(String[] arguments) throws Exception {
		SpringApplication application = new SpringApplication(WorkerApplication.class);
		application.setBannerMode(Banner.Mode.OFF);
		application.setWebApplicationType(WebApplicationType.NONE);
		ConfigurableApplicationContext context = application.run(arguments);
		Worker worker = new Worker(context);
		System.out.println("ready");
		worker.obey();
		// whoever started it is gone, or wants it gone: nothing is to be tidied up
		Runtime.getRuntime().halt(0);
	}

	private void obey() throws IOException {
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			String answer;
			try {
				answer = obey(line.split(" "));
			}
			catch (Exception ex) {
				answer = "failed " + ex;
			}
			System.out.println("= " + answer.replace('\n', ' '));
		}
	}

	private String obey(String[] words) throws Exception {
		switch (words[0]) {
			case "traffic" -> this.traffic.start(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
			case "quiet" -> {
				this.walk.stop();
				this.traffic.stop();
			}
			case "walk" -> this.walk.start(Long.parseLong(words[1]));
			case "fail" -> this.faults.fail(MigrationOrigin.valueOf(words[1]), Integer.parseInt(words[2]));
			case "poison" -> this.faults.poison(Long.parseLong(words[1]), MigrationOrigin.valueOf(words[2]));
			case "heal" -> this.faults.heal();
			case "step" -> {
				return this.walk.step();
			}
			case "stage" -> {
				return this.flags.stage(FLAG).key();
			}
			case "marks" -> {
				MarkCounts counts = this.marks.counts(FLAG);
				return this.marks.hasMarks(FLAG) + " " + counts.pending() + " " + counts.parked();
			}
			case "repaired" -> {
				return Long.toString(this.context.getBean(MeterRegistry.class)
					.find("migration.repairs")
					.tags("flag", FLAG, "result", "repaired")
					.counters()
					.stream()
					.mapToLong((counter) -> (long) counter.count())
					.sum());
			}
			case "retry" -> {
				return Integer.toString(this.marks.retryParked(FLAG));
			}
			case "read" -> readAll();
			case "close" -> this.context.close();
			default -> throw new IllegalArgumentException("No command: " + words[0]);
		}
		return "done";
	}

	/**
	 * Reads as callers do, through the flag: the shared keys, and the latest others.
	 */
	private void readAll() {
		TreeSet<Long> keys = new TreeSet<>();
		for (Side side : this.context.getBeansOfType(Side.class).values()) {
			keys.addAll(side.keysAfter(null, Integer.MAX_VALUE));
		}
		for (long key = 0; key < Traffic.SHARED_KEYS; key++) {
			this.traffic.read(key);
		}
		keys.descendingSet().stream().limit(FINAL_READS).forEach(this.traffic::read);
	}

}
