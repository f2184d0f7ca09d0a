package dev.migrationflags.boot.dashboard;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.Difference;
import dev.migrationflags.Mismatch;
import dev.migrationflags.MismatchListener;

/**
 * Counts mismatches by path since the start, also those that are no longer kept. Safe for
 * use by several threads.
 */
final class PathCounts implements MismatchListener {

	/** Per flag: beyond, new groups are not counted. */
	static final int MAX_GROUPS = 200;

	private final Map<String, Map<Group, Count>> flags = new ConcurrentHashMap<>();

	@Override
	public void onMismatch(Mismatch mismatch) {
		Map<Group, Count> groups = this.flags.computeIfAbsent(mismatch.flag(), (flag) -> new ConcurrentHashMap<>());
		long time = mismatch.time().toEpochMilli();
		mismatch.differences()
			.stream()
			.map((difference) -> Group.of(mismatch.operation(), difference))
			.distinct()
			.filter((group) -> groups.size() < MAX_GROUPS || groups.containsKey(group))
			.forEach((group) -> groups.merge(group, new Count(1, time, time), Count::plus));
	}

	/**
	 * What differed.
	 * @param flag the key of the flag
	 * @return the groups, the largest first
	 */
	List<PathGroup> of(String flag) {
		return this.flags.getOrDefault(flag, Map.of())
			.entrySet()
			.stream()
			.map((entry) -> PathGroup.of(entry.getKey(), entry.getValue()))
			.sorted(Comparator.comparingLong(PathGroup::count).reversed().thenComparing(PathGroup::path))
			.toList();
	}

	private record Group(String path, Difference.Kind kind, String operation) {

		/** Whichever element of a list it is. */
		static Group of(String operation, Difference difference) {
			return new Group(difference.path().replaceAll("\\[\\d+]", "[*]"), difference.kind(), operation);
		}

	}

	private record Count(long times, long first, long last) {

		Count plus(Count more) {
			return new Count(this.times + more.times, Math.min(this.first, more.first), Math.max(this.last, more.last));
		}

	}

	/**
	 * In how many reads something differed.
	 *
	 * @param path where
	 * @param kind in what way
	 * @param operation the operation
	 * @param count how many reads
	 * @param first when it was seen first, in milliseconds
	 * @param last when it was seen last, in milliseconds
	 */
	record PathGroup(String path, String kind, String operation, long count, long first, long last) {

		private static PathGroup of(Group group, Count count) {
			return new PathGroup(group.path(), group.kind().name(), group.operation(), count.times(), count.first(),
					count.last());
		}

	}

}
