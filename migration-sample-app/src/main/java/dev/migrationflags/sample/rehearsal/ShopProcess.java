package dev.migrationflags.sample.rehearsal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.sample.SampleApplication;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * The shop in a JVM of its own, to be killed. It ends by itself when whoever started it
 * is gone.
 */
final class ShopProcess {

	/** What makes the main class be one. */
	static final String OPTION = "--worker";

	private static final String READY = "ready on port ";

	private static final String JAR_LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	private static final int SHOWN = 4000;

	private final Process process;

	private final int port;

	private ShopProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts a shop, and waits until it serves.
	 * @param properties of its application, as name and value
	 * @param errors where it complains
	 * @return the shop
	 */
	static ShopProcess start(List<String> properties, Path errors) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path"), main(), OPTION));
		properties.forEach((property) -> command.add("--" + property));
		try {
			Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.startsWith(READY)) {
					return new ShopProcess(process, Integer.parseInt(line.substring(READY.length())));
				}
			}
			String said = Files.readString(errors);
			throw new IllegalStateException("The shop does not start:" + System.lineSeparator()
					+ said.substring(Math.max(0, said.length() - SHOWN)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * In the jar its launcher knows where the classes are.
	 */
	private static String main() {
		return ClassUtils.isPresent(JAR_LAUNCHER, ClassLoader.getSystemClassLoader()) ? JAR_LAUNCHER
				: RehearsalMain.class.getName();
	}

	int port() {
		return this.port;
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
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What such a JVM does: serves until it is killed, or its standard input ends.
	 * @param args properties of the application
	 */
	static void serve(String... args) {
		ConfigurableApplicationContext shop = new SpringApplicationBuilder(SampleApplication.class)
			.profiles("rehearsal")
			.run(args);
		System.out.println(READY + shop.getEnvironment().getProperty("local.server.port"));
		try {
			while (System.in.read() >= 0) {
				// nobody says anything
			}
		}
		catch (IOException ex) {
			// whoever could has gone
		}
		Runtime.getRuntime().halt(0);
	}

}
