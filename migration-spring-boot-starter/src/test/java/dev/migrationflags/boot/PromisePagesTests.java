package dev.migrationflags.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every promise of the pages "What the caller can rely on" and "What is guaranteed, and
 * what cannot be" names tests, which exist.
 */
class PromisePagesTests {

	private static final Path PROJECT = Path.of("..");

	private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");

	@ParameterizedTest
	@ValueSource(strings = { "caller", "guarantees" })
	void everyTestThatThePageNamesExists(String page) throws IOException {
		List<MatchResult> named = TEST.matcher(read(page)).results().toList();
		assertThat(named).hasSizeGreaterThan(15)
			.allSatisfy((test) -> assertThat(exists(test.group(1), test.group(2))).as(test.group()).isTrue());
	}

	@Test
	void everyPromiseToTheCallerNamesATest() throws IOException {
		assertThat(read("caller").lines().filter((line) -> line.startsWith("| ") && line.contains(".")))
			.hasSizeGreaterThan(20)
			.allMatch((line) -> TEST.matcher(line).find());
	}

	@Test
	void everyGuaranteeNamesATest() throws IOException {
		assertThat(Pattern.compile("\n(?=\\* )|\n\n").splitAsStream(read("guarantees")).filter(this::isGuarantee))
			.hasSizeGreaterThan(5)
			.allMatch((guarantee) -> TEST.matcher(guarantee).find());
	}

	private boolean isGuarantee(String paragraph) {
		return paragraph.startsWith("* **") || paragraph.startsWith("* [The store]")
				|| paragraph.startsWith("The same while the process lives")
				|| paragraph.startsWith("What LaunchDarkly");
	}

	private static String read(String page) throws IOException {
		return Files.readString(PROJECT.resolve("docs/" + page + ".md"));
	}

	private static boolean exists(String type, String method) throws IOException {
		for (String module : List.of("migration-core", "migration-spring-boot-starter", "migration-crash-tests")) {
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
