package dev.migrationflags.crash.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What all processes have done and seen, key by key.
 */
public final class History {

	private final Map<Long, Write> writes = new HashMap<>();

	private final Map<Long, List<Write>> writesByKey = new TreeMap<>();

	private final Map<Long, List<Read>> readsByKey = new HashMap<>();

	/**
	 * Reads the logs of all processes. The last line of one may be torn.
	 * @param logs the files
	 * @return the history
	 */
	public static History of(Collection<Path> logs) {
		History history = new History();
		for (Path log : logs) {
			try {
				String text = Files.readString(log);
				text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(history::add);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return history;
	}

	/**
	 * Adds one line of a log.
	 * @param line the line
	 */
	public void add(String line) {
		String[] words = line.split(" ");
		long first = Long.parseLong(words[1]);
		switch (words[0]) {
			case "w", "d" ->
				call(new Write(first, Long.parseLong(words[2]), words[0].equals("d"), Long.parseLong(words[3])));
			case "o" -> returned(first, Outcome.OK, Long.parseLong(words[2]));
			case "f" -> returned(first, Outcome.REFUSED, Long.parseLong(words[2]));
			case "i" -> returned(first, Outcome.INDETERMINATE, Long.parseLong(words[2]));
			case "r" -> read(new Read(first, words[2].equals("-") ? null : Long.valueOf(words[2]),
					Long.parseLong(words[3]), Long.parseLong(words[4])));
			default -> throw new IllegalArgumentException("No event: " + line);
		}
	}

	private void call(Write write) {
		if (this.writes.put(write.value(), write) != null) {
			throw new IllegalArgumentException("Two writes of " + write.value());
		}
		this.writesByKey.computeIfAbsent(write.key(), (key) -> new ArrayList<>()).add(write);
	}

	private void returned(long value, Outcome outcome, long time) {
		Write write = this.writes.get(value);
		if (write == null) {
			throw new IllegalArgumentException("A write that was never called returned: " + value);
		}
		write.returned(outcome, time);
	}

	/**
	 * Adds a read.
	 * @param read the read
	 */
	public void read(Read read) {
		this.readsByKey.computeIfAbsent(read.key(), (key) -> new ArrayList<>()).add(read);
	}

	Collection<Long> keys() {
		return this.writesByKey.keySet();
	}

	List<Write> writes(long key) {
		return this.writesByKey.getOrDefault(key, List.of());
	}

	List<Read> reads(long key) {
		return this.readsByKey.getOrDefault(key, List.of());
	}

	@Nullable Write write(long value) {
		return this.writes.get(value);
	}

	/**
	 * How many writes ended in a way.
	 * @param outcome how, or {@code null} for those that have not returned
	 * @return how many
	 */
	public long count(@Nullable Outcome outcome) {
		return this.writes.values().stream().filter((write) -> write.outcome() == outcome).count();
	}

	/**
	 * How many reads there were.
	 * @return how many
	 */
	public long reads() {
		return this.readsByKey.values().stream().mapToLong(List::size).sum();
	}

}
