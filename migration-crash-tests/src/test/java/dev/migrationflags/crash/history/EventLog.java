package dev.migrationflags.crash.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;

/**
 * What one process has done and seen, as lines of a file. A line is handed to the kernel
 * before the method returns, so that it outlives a kill of the process. Times are
 * {@link System#nanoTime()}, which all processes of one machine share where it is the
 * time since its start (Linux, macOS).
 */
public final class EventLog implements AutoCloseable {

	private final FileChannel file;

	/**
	 * Opens a log.
	 * @param path the file, appended to
	 */
	public EventLog(Path path) {
		try {
			this.file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A write is about to be called.
	 * @param value its value, which no other write has; for a removal, its number
	 * @param key the key
	 * @param removal whether it removes the key
	 */
	public void calling(long value, long key, boolean removal) {
		line((removal ? "d " : "w ") + value + " " + key + " " + System.nanoTime());
	}

	/**
	 * A write has returned.
	 * @param value its value
	 * @param outcome how
	 */
	public void returned(long value, Outcome outcome) {
		line(outcome.letter() + " " + value + " " + System.nanoTime());
	}

	/**
	 * A read has returned.
	 * @param key the key
	 * @param value the value that it has seen, if any
	 * @param called when it was called
	 */
	public void read(long key, @Nullable Long value, long called) {
		line("r " + key + " " + ((value != null) ? value : "-") + " " + called + " " + System.nanoTime());
	}

	private void line(String line) {
		ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
		try {
			while (bytes.hasRemaining()) {
				this.file.write(bytes);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

}
