package dev.migrationflags.sample.rehearsal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What speaks against the migration; nothing, at best.
 */
final class Verdict {

	private static final int SHOWN = 10;

	private final List<String> findings = new ArrayList<>();

	void add(String finding) {
		this.findings.add(finding);
	}

	/**
	 * Adds findings of one kind, the first ones in full.
	 * @param kind what they are
	 * @param more the findings
	 */
	void add(String kind, Collection<String> more) {
		if (!more.isEmpty()) {
			add("%s: %d".formatted(kind, more.size()));
			more.stream().limit(SHOWN).forEach((finding) -> add("    " + finding));
			if (more.size() > SHOWN) {
				add("    and %d more".formatted(more.size() - SHOWN));
			}
		}
	}

	List<String> findings() {
		return List.copyOf(this.findings);
	}

}
