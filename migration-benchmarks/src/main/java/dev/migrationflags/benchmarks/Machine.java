package dev.migrationflags.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * What was measured on, and when.
 */
final class Machine {

	private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

	private Machine() {
	}

	static String describe() throws IOException {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		return "%d × %s, %d GB, %s; %s %s; %s; load of the machine at the end %s".formatted(
				system.getAvailableProcessors(), processor(), Math.round(system.getTotalMemorySize() / 1e9),
				System.getProperty("os.name"), System.getProperty("java.vm.name"),
				System.getProperty("java.vm.version"), LocalDate.now(),
				String.format(Locale.ROOT, "%.1f", system.getSystemLoadAverage()));
	}

	private static String processor() throws IOException {
		if (!Files.exists(PROCESSORS)) {
			return System.getProperty("os.arch");
		}
		try (Stream<String> lines = Files.lines(PROCESSORS)) {
			return lines.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst()
				.orElse(System.getProperty("os.arch"));
		}
	}

}
