package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.SyncStatus;
import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderStores;

/**
 * The questions that decide whether anything was lost.
 */
final class Checks {

	private final Verdict verdict;

	Checks(Verdict verdict) {
		this.verdict = verdict;
	}

	void clients(Ledger ledger) {
		if (ledger.errorCount() > 0) {
			this.verdict.add("calls that clients saw fail, of " + ledger.errorCount(), ledger.errors());
		}
	}

	/**
	 * At a stage that writes both sides, while no call is under way: both stores are
	 * equal, and are what was acknowledged.
	 * @param when at what time that is
	 * @param ledger what was acknowledged
	 * @param stores both stores
	 * @return what was compared
	 */
	StoreComparison bothStores(String when, Ledger ledger, OrderStores stores) {
		Map<Long, Order> newSide = StoreComparison.read(stores.newSide());
		StoreComparison promises = StoreComparison.of("what was acknowledged", ledger.orders(), "the new store",
				newSide);
		this.verdict.add("orders that are not in the new store as acknowledged, " + when, promises.findings());
		StoreComparison result = StoreComparison.of("the old store", StoreComparison.read(stores.oldSide()),
				"the new store", newSide);
		this.verdict.add("rows that are not equal in both stores " + when, result.findings());
		return result;
	}

	/**
	 * Where the old side has had the authority all the time: it is what was acknowledged.
	 * @param ledger what was acknowledged
	 * @param stores both stores
	 */
	void oldStore(Ledger ledger, OrderStores stores) {
		StoreComparison result = StoreComparison.of("what was acknowledged", ledger.orders(), "the old store",
				StoreComparison.read(stores.oldSide()));
		this.verdict.add("orders that are not in the old store as acknowledged", result.findings());
	}

	/**
	 * What a backfill or a verification of the framework has come to.
	 * @param what what it was
	 * @param status how it ended
	 * @param differs whether it may have met differences
	 */
	void sync(String what, SyncStatus status, boolean differs) {
		if (status.state() != SyncStatus.State.DONE) {
			this.verdict.add("%s has not come to its end: %s".formatted(what, status));
		}
		else if (!differs && status.differences() > 0) {
			this.verdict.add("%s has found differences: %d".formatted(what, status.differences()));
		}
	}

	/**
	 * Every receipt that was acknowledged was mailed once, and no other.
	 * @param acknowledged the ids of the receipts that clients were told of
	 * @param mailed the ids of the receipts in all mailboxes
	 */
	void receipts(List<String> acknowledged, List<String> mailed) {
		Map<String, Integer> times = new HashMap<>();
		mailed.forEach((id) -> times.merge(id, 1, Integer::sum));
		Set<String> known = new HashSet<>(acknowledged);
		List<String> findings = new ArrayList<>();
		for (String id : known) {
			int count = times.getOrDefault(id, 0);
			if (count != 1) {
				findings.add("%s was mailed %d times".formatted(id, count));
			}
		}
		times.keySet().stream().filter((id) -> !known.contains(id)).forEach((id) -> findings.add(id + " is unknown"));
		this.verdict.add("receipts that were not mailed exactly once", findings);
	}

	/**
	 * All stages of all flags were really gone through, and no call of either side
	 * failed.
	 * @param meters the meters of the framework
	 */
	void coverage(MeterRegistry meters) {
		List<String> unused = new ArrayList<>();
		List<String> failed = new ArrayList<>();
		Map<String, Integer> flags = Map.of(Act.ORDERS, 6, Act.PRICING, 4, Act.RECEIPTS, 2);
		flags.forEach((flag, stages) -> {
			for (MigrationStage stage : MigrationStage.ladder(stages)) {
				CallStatistics statistics = CallStatistics.of(meters, flag, stage);
				if (statistics.calls() == 0 || (stage.readsBoth() && statistics.comparisons() == 0)) {
					unused.add(flag + " at " + stage.key());
				}
				if (statistics.errors() > 0) {
					failed.add("%s at %s: %d".formatted(flag, stage.key(), statistics.errors()));
				}
			}
		});
		this.verdict.add("stages without calls, or without comparisons though both sides are read", unused);
		this.verdict.add("flags and stages with failed calls of either side", failed);
	}

	/**
	 * No mismatches but the planted ones, and those for sure.
	 * @param counts where there were mismatches
	 * @param planted whether a difference was planted
	 */
	void mismatches(List<MismatchLog.Count> counts, boolean planted) {
		List<String> unexpected = counts.stream()
			.map(MismatchLog.Count::place)
			.filter((place) -> !planted || !isPlanted(place))
			.map(MismatchLog.Place::toString)
			.toList();
		this.verdict.add("places with unexpected mismatches", unexpected);
		if (planted && unexpected.size() == counts.size()) {
			this.verdict.add("the planted difference was not found");
		}
	}

	static boolean isPlanted(MismatchLog.Place place) {
		return place.flag().equals(Act.PRICING) && place.operation().equals("quote");
	}

}
