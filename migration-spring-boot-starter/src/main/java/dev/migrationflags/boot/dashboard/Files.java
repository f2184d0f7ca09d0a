package dev.migrationflags.boot.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The files of the page: these and no others, read once.
 */
final class Files {

	private static final Map<String, String> TYPES = Map.of("html", "text/html;charset=UTF-8", "js",
			"text/javascript;charset=UTF-8", "css", "text/css;charset=UTF-8", "svg", "image/svg+xml", "txt",
			"text/plain;charset=UTF-8");

	private static final String[] NAMES = { "index.html", "icon.svg", "app.css", "app.js", "actions.js", "api.js",
			"chart.js", "flag.js", "format.js", "overview.js", "stages.js", "lib/preact-htm.js", "lib/uplot.js",
			"lib/uplot.css", "lib/LICENSES.txt" };

	private final Map<String, Reply> files = new HashMap<>();

	Files() {
		for (String name : NAMES) {
			String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
			this.files.put(name, new Reply(200, (type != null) ? type : "", read(name)));
		}
	}

	private static byte[] read(String name) {
		try (InputStream stream = Files.class.getResourceAsStream(name)) {
			if (stream == null) {
				throw new IllegalStateException("The dashboard's file %s is missing".formatted(name));
			}
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Nullable Reply get(String name) {
		return this.files.get(name.isEmpty() ? "index.html" : name);
	}

}
