package dev.migrationflags.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import dev.migrationflags.MigrationContext;
import dev.migrationflags.MigrationContextProvider;
import dev.migrationflags.benchmarks.subject.ConstantStore;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.Store;

/**
 * Makes one kind of call very often and prints how many bytes each has allocated on the
 * caller's thread.
 */
final class Allocations {

	private static final int CALLS = 10_000;

	private static final int BATCHES = 30;

	private Allocations() {
	}

	public static void main(String[] arguments) {
		Kind kind = Kind.valueOf(arguments[0]);
		try (Migrated application = Migrated
			.of(List.of(ConstantStore.Old.class, ConstantStore.New.class, Somebody.class), kind.settings)) {
			System.out.println(median(bytesPerCall(application.store(), kind.call)));
		}
	}

	private static long[] bytesPerCall(Store store, BiFunction<Store, String, String> call) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long thread = Thread.currentThread().getId();
		String[] ids = IntStream.range(0, 64).mapToObj((i) -> "customer-" + i).toArray(String[]::new);
		long[] bytes = new long[BATCHES];
		int length = 0;
		for (int batch = 0; batch < BATCHES; batch++) {
			long before = threads.getThreadAllocatedBytes(thread);
			for (int i = 0; i < CALLS; i++) {
				length += call.apply(store, ids[i % ids.length]).length();
			}
			bytes[batch] = Math.round((double) (threads.getThreadAllocatedBytes(thread) - before) / CALLS);
		}
		if (length == 0) {
			throw new IllegalStateException("Nothing was returned");
		}
		return bytes;
	}

	/**
	 * Of the second half: the first is for the compiler.
	 */
	private static long median(long[] bytes) {
		return Arrays.stream(bytes, BATCHES / 2, BATCHES).sorted().skip(BATCHES / 4).findFirst().orElseThrow();
	}

	/**
	 * A kind of call.
	 */
	enum Kind {

		ONE_SIDED_READ(Store::find, "stage=off"),

		ONE_SIDED_WRITE(Store::save, "stage=off"),

		SERIAL_READ(Store::find, "stage=shadow", "read.execution=serial"),

		IMMEDIATE_WRITE(Store::save, "stage=shadow", "write.timing=immediate"),

		ROLLOUT_BY_BEAN(Store::find, "stages=2", "stage=off", "rollout.complete=50"),

		ROLLOUT_BY_EXPRESSION(Store::findFor, "stages=2", "stage=off", "rollout.complete=50"),

		/**
		 * Shows that the measurement sees what is allocated.
		 */
		ARRAY_OF_1000_BYTES((store, id) -> new StringBuilder(1000).append(store.find(id)).toString(), "stage=off");

		private final BiFunction<Store, String, String> call;

		private final String[] settings;

		Kind(BiFunction<Store, String, String> call, String... settings) {
			this.call = call;
			this.settings = settings;
		}

	}

	/**
	 * Whom the calls are for.
	 */
	static class Somebody implements MigrationContextProvider {

		private final MigrationContext somebody = MigrationContext.of("user", "somebody", Map.of("plan", "basic"));

		@Override
		public MigrationContext currentContext() {
			return this.somebody;
		}

	}

}
