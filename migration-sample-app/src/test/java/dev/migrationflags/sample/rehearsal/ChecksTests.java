package dev.migrationflags.sample.rehearsal;

import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.migrationflags.Difference;

import static org.assertj.core.api.Assertions.assertThat;

class ChecksTests {

	private final Verdict verdict = new Verdict();

	private final Checks checks = new Checks(this.verdict);

	@Test
	void receiptsMailedOnceAreFine() {
		this.checks.receipts(List.of("a", "b"), List.of("b", "a"));
		assertThat(this.verdict.findings()).isEmpty();
	}

	@Test
	void lostDoubleAndUnknownReceiptsAreFound() {
		this.checks.receipts(List.of("lost", "double"), List.of("double", "double", "unknown"));
		assertThat(this.verdict.findings()).hasSize(4)
			.anyMatch((finding) -> finding.contains("lost was mailed 0 times"))
			.anyMatch((finding) -> finding.contains("double was mailed 2 times"))
			.anyMatch((finding) -> finding.contains("unknown is unknown"));
	}

	@Test
	void clientErrorIsFound() {
		Ledger ledger = new Ledger();
		ledger.error("FIND: answered with 500");
		this.checks.clients(ledger);
		assertThat(this.verdict.findings()).anyMatch((finding) -> finding.contains("FIND: answered with 500"));
	}

	@Test
	void applicationWithoutMigrationIsFound() {
		this.checks.coverage(new SimpleMeterRegistry());
		assertThat(this.verdict.findings()).anyMatch((finding) -> finding.contains("orders-db at dualwrite"));
	}

	@Test
	void anyMismatchIsUnexpectedWithoutAPlant() {
		this.checks.mismatches(List.of(count("pricing", "quote")), false);
		assertThat(this.verdict.findings())
			.anyMatch((finding) -> finding.contains("pricing  quote  lines[0].price  VALUE"));
	}

	@Test
	void plantedDifferenceHasToBeFound() {
		this.checks.mismatches(List.of(), true);
		assertThat(this.verdict.findings()).containsExactly("the planted difference was not found");
	}

	@Test
	void plantedDifferenceIsFineWhereItWasPlanted() {
		this.checks.mismatches(List.of(count("pricing", "quote")), true);
		assertThat(this.verdict.findings()).isEmpty();
	}

	@Test
	void mismatchElsewhereIsUnexpectedWithAPlantToo() {
		this.checks.mismatches(List.of(count("pricing", "quote"), count("orders-db", "findById")), true);
		assertThat(this.verdict.findings()).hasSize(2).anyMatch((finding) -> finding.contains("orders-db  findById"));
	}

	private static MismatchLog.Count count(String flag, String operation) {
		return new MismatchLog.Count(new MismatchLog.Place(flag, operation, "lines[0].price", Difference.Kind.VALUE),
				3);
	}

}
