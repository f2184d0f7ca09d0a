package dev.migrationflags.crash.rig;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.migrationflags.crash.worker.Worker;

/**
 * A child JVM that runs a {@link Worker}.
 */
final class Node implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Process process;

	private final BufferedWriter commands;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Path output;

	/**
	 * Starts a node, which is not ready yet.
	 * @param directory for its files
	 * @param incarnation its number, unique in its run
	 * @param properties of its application
	 * @param steps is told the steps of its flag, as they happen
	 */
	Node(Path directory, int incarnation, List<String> properties, Consumer<String> steps) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m", "-XX:-UsePerfData", "-cp",
						System.getProperty("java.class.path"), Worker.class.getName()));
		properties.forEach((property) -> command.add("--" + property));
		command.add("--crash.incarnation=" + incarnation);
		command.add("--crash.log=" + directory.resolve("events-" + incarnation));
		this.output = directory.resolve("output-" + incarnation);
		try {
			this.process = new ProcessBuilder(command).redirectError(this.output.toFile()).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.commands = new BufferedWriter(
				new OutputStreamWriter(this.process.getOutputStream(), StandardCharsets.UTF_8));
		Thread reader = new Thread(() -> read(steps), "node-" + incarnation);
		reader.setDaemon(true);
		reader.start();
	}

	private void read(Consumer<String> steps) {
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith("= ") || line.equals("ready")) {
					this.answers.add(line);
				}
				else if (line.startsWith("moved ") || line.startsWith("refused ") || line.startsWith("failed ")
						|| line.equals("struck")) {
					steps.accept(line);
				}
			}
		}
		catch (IOException ex) {
			// killed
		}
		this.answers.add("gone");
	}

	/**
	 * Waits until the node serves.
	 */
	Node ready() {
		String answer = answer();
		if (!answer.equals("ready")) {
			throw new IllegalStateException("The node has not started: " + answer + "\n" + output());
		}
		return this;
	}

	/**
	 * Sends a command and waits for the answer.
	 */
	String ask(String command) {
		try {
			this.commands.write(command + "\n");
			this.commands.flush();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The node is gone:\n" + output(), ex);
		}
		String answer = answer();
		if (!answer.startsWith("= ")) {
			throw new IllegalStateException(command + ": " + answer + "\n" + output());
		}
		return answer.substring(2);
	}

	/**
	 * Sends a command that has to succeed.
	 */
	void tell(String command) {
		String answer = ask(command);
		if (!answer.equals("done")) {
			throw new IllegalStateException(command + ": " + answer + "\n" + output());
		}
	}

	private String answer() {
		try {
			String answer = this.answers.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			if (answer == null) {
				throw new IllegalStateException("The node does not answer; it has said\n" + output());
			}
			return answer;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The end of what it has said on its standard error.
	 */
	String output() {
		try {
			String text = Files.readString(this.output);
			return text.substring(Math.max(0, text.length() - 6000));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/**
	 * Kills it, as {@code kill -9} does.
	 */
	void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		kill();
	}

}
