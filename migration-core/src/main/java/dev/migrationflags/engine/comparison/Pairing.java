package dev.migrationflags.engine.comparison;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds partners for the elements of two lists whose order does not matter. Elements of
 * the same hash are tried first, so that the usual case needs one try for each.
 */
final class Pairing {

	private static final int NONE = -1;

	private final int[] oldHashes;

	private final int[] newHashes;

	private final Matcher matcher;

	private final int[] partnerOfOld;

	private final int[] partnerOfNew;

	Pairing(int[] oldHashes, int[] newHashes, Matcher matcher) {
		this.oldHashes = oldHashes;
		this.newHashes = newHashes;
		this.matcher = matcher;
		this.partnerOfOld = new int[oldHashes.length];
		this.partnerOfNew = new int[newHashes.length];
		Arrays.fill(this.partnerOfOld, NONE);
		Arrays.fill(this.partnerOfNew, NONE);
	}

	/**
	 * Finds as many partners as there are.
	 * @param tolerant whether a match of a and b, and of b and c, may be none of a and c:
	 * then partners have to be changed to find all
	 */
	void run(boolean tolerant) {
		pairSameHashes();
		for (int i = 0; i < this.partnerOfOld.length; i++) {
			if (this.partnerOfOld[i] == NONE && !pairAnyFree(i) && tolerant && hasFree()) {
				changePartners(i);
			}
		}
	}

	/**
	 * Whether every element has a partner; stops at the first that has none.
	 */
	boolean isPerfect(boolean tolerant) {
		if (this.oldHashes.length != this.newHashes.length) {
			return false;
		}
		pairSameHashes();
		for (int i = 0; i < this.partnerOfOld.length; i++) {
			if (this.partnerOfOld[i] == NONE && !pairAnyFree(i) && !(tolerant && changePartners(i))) {
				return false;
			}
		}
		return true;
	}

	boolean isSingleOld(int index) {
		return this.partnerOfOld[index] == NONE;
	}

	boolean isSingleNew(int index) {
		return this.partnerOfNew[index] == NONE;
	}

	private void pairSameHashes() {
		Map<Integer, List<Integer>> byHash = new HashMap<>();
		for (int j = 0; j < this.newHashes.length; j++) {
			byHash.computeIfAbsent(this.newHashes[j], (hash) -> new ArrayList<>(1)).add(j);
		}
		for (int i = 0; i < this.oldHashes.length; i++) {
			List<Integer> candidates = byHash.getOrDefault(this.oldHashes[i], List.of());
			for (int c = 0; c < candidates.size(); c++) {
				int j = candidates.get(c);
				if (this.matcher.matches(i, j)) {
					pair(i, j);
					// Its place is taken by the last, so that equal elements stay cheap
					candidates.set(c, candidates.get(candidates.size() - 1));
					candidates.remove(candidates.size() - 1);
					break;
				}
			}
		}
	}

	private boolean pairAnyFree(int i) {
		for (int j = 0; j < this.partnerOfNew.length; j++) {
			if (this.partnerOfNew[j] == NONE && this.oldHashes[i] != this.newHashes[j] && this.matcher.matches(i, j)) {
				pair(i, j);
				return true;
			}
		}
		return false;
	}

	private boolean hasFree() {
		return Arrays.stream(this.partnerOfNew).anyMatch((partner) -> partner == NONE);
	}

	/**
	 * Looks for a chain of changes that gives an element a partner and takes none away
	 * (an augmenting path of a bipartite matching).
	 */
	private boolean changePartners(int single) {
		int[] reachedFrom = new int[this.partnerOfNew.length];
		Arrays.fill(reachedFrom, NONE);
		Deque<Integer> waiting = new ArrayDeque<>();
		waiting.add(single);
		while (!waiting.isEmpty()) {
			int i = waiting.remove();
			for (int j = 0; j < this.partnerOfNew.length; j++) {
				if (reachedFrom[j] == NONE && this.matcher.matches(i, j)) {
					reachedFrom[j] = i;
					if (this.partnerOfNew[j] == NONE) {
						change(j, reachedFrom);
						return true;
					}
					waiting.add(this.partnerOfNew[j]);
				}
			}
		}
		return false;
	}

	private void change(int free, int[] reachedFrom) {
		int j = free;
		while (j != NONE) {
			int i = reachedFrom[j];
			int before = this.partnerOfOld[i];
			pair(i, j);
			j = before;
		}
	}

	private void pair(int i, int j) {
		this.partnerOfOld[i] = j;
		this.partnerOfNew[j] = i;
	}

	/**
	 * Whether an old and a new element match.
	 */
	@FunctionalInterface
	interface Matcher {

		boolean matches(int oldIndex, int newIndex);

	}

}
