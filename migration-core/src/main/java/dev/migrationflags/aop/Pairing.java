package dev.migrationflags.aop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.flags.Problem;

/**
 * Finds the two methods of each operation: same flag, operation and parameter types.
 */
final class Pairing {

	private final List<Problem> problems;

	Pairing(List<Problem> problems) {
		this.problems = problems;
	}

	List<Pair> pairs(Collection<Candidate> candidates) {
		Map<Candidate.Key, List<Candidate>> byKey = new LinkedHashMap<>();
		candidates
			.forEach((candidate) -> byKey.computeIfAbsent(candidate.key(), (key) -> new ArrayList<>()).add(candidate));
		List<Pair> pairs = new ArrayList<>();
		byKey.forEach((key, members) -> {
			List<Candidate> oldSides = side(members, MigrationOrigin.OLD);
			List<Candidate> newSides = side(members, MigrationOrigin.NEW);
			boolean single = single(key, oldSides, MigrationOrigin.OLD) & single(key, newSides, MigrationOrigin.NEW);
			if (oldSides.isEmpty() || newSides.isEmpty()) {
				missing(key, members.get(0), byKey.keySet());
			}
			else if (single) {
				Pair pair = new Pair(oldSides.get(0), newSides.get(0));
				int before = this.problems.size();
				PairRules.check(pair, this.problems);
				if (this.problems.size() == before) {
					pairs.add(pair);
				}
			}
		});
		return pairs;
	}

	private static List<Candidate> side(List<Candidate> members, MigrationOrigin side) {
		return members.stream().filter((candidate) -> candidate.method().origin() == side).toList();
	}

	private boolean single(Candidate.Key key, List<Candidate> side, MigrationOrigin origin) {
		if (side.size() < 2) {
			return true;
		}
		this.problems
			.add(new Problem("The %s side of %s is there %d times".formatted(origin.key(), key.describe(), side.size()),
					String.join("; ", side.stream().map(Candidate::where).toList()),
					"Keep one bean and one method per side, or give one of them another 'operation'"));
		return false;
	}

	private void missing(Candidate.Key key, Candidate present, Collection<Candidate.Key> keys) {
		MigrationOrigin has = (present.method().origin() == MigrationOrigin.OLD) ? MigrationOrigin.OLD
				: MigrationOrigin.NEW;
		MigrationOrigin lacks = has.other();
		List<String> near = keys.stream()
			.filter((other) -> !other.equals(key) && other.flag().equals(key.flag())
					&& other.operation().equals(key.operation()))
			.map(Candidate.Key::describe)
			.toList();
		String fix = near.isEmpty()
				? "Annotate a method of the %s side with the same operation and parameter types".formatted(lacks.key())
				: "Give both methods the same parameter types; there is also " + String.join(", ", near);
		this.problems.add(new Problem("%s has no %s side".formatted(capitalize(key.describe()), lacks.key()),
				present.where(), fix));
	}

	private static String capitalize(String text) {
		return Character.toUpperCase(text.charAt(0)) + text.substring(1);
	}

}
