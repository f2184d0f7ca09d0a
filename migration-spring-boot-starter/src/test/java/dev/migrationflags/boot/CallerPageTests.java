package dev.migrationflags.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every sentence of the page "What the caller can rely on" names tests that exist.
 */
class CallerPageTests {

	private static final Path PROJECT = Path.of("..");

	private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");

	@Test
	void everyTestThatThePageNamesExists() throws IOException {
		List<String> missing = new ArrayList<>();
		int named = 0;
		Matcher matcher = TEST.matcher(page());
		while (matcher.find()) {
			named++;
			if (!exists(matcher.group(1), matcher.group(2))) {
				missing.add(matcher.group());
			}
		}
		assertThat(missing).isEmpty();
		assertThat(named).isGreaterThan(20);
	}

	@Test
	void everyPromiseOfThePageNamesATest() throws IOException {
		List<String> promises = page().lines().filter((line) -> line.startsWith("| ") && line.contains(".")).toList();
		assertThat(promises).hasSizeGreaterThan(20).allMatch((line) -> TEST.matcher(line).find());
	}

	private static String page() throws IOException {
		return Files.readString(PROJECT.resolve("docs/caller.md"));
	}

	private static boolean exists(String type, String method) throws IOException {
		for (String module : List.of("migration-core", "migration-spring-boot-starter")) {
			try (Stream<Path> files = Files.walk(PROJECT.resolve(module + "/src/test/java"))) {
				List<Path> found = files.filter((file) -> file.endsWith(type + ".java")).toList();
				for (Path file : found) {
					if (Files.readString(file).contains("void " + method + "(")) {
						return true;
					}
				}
			}
		}
		return false;
	}

}
