package dev.migrationflags.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page: prose that is written by hand, with what was measured in its places.
 */
final class Page {

	private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

	private Page() {
	}

	static String of(Map<String, String> measured) throws IOException {
		return PLACE.matcher(prose()).replaceAll((place) -> Matcher.quoteReplacement(text(measured, place.group(1))));
	}

	private static String text(Map<String, String> measured, String place) {
		String text = measured.get(place);
		if (text == null) {
			throw new IllegalStateException("Nothing was measured for {{%s}}".formatted(place));
		}
		return text.strip();
	}

	private static String prose() throws IOException {
		try (InputStream prose = Objects.requireNonNull(Page.class.getResourceAsStream("performance.md"))) {
			return new String(prose.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
