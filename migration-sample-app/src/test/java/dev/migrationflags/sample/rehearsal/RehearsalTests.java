package dev.migrationflags.sample.rehearsal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole: real servers, real traffic, all stages of all flags.
 */
@Timeout(300)
class RehearsalTests {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	@Test
	void nothingIsLost() {
		int exitCode = rehearse((shop) -> {
		}, "--seconds-per-stage=1");
		assertThat(exitCode).as(output()).isZero();
		assertThat(output()).contains("Nothing was lost.", "No mismatches", "orders copied to the new store",
				"all equal");
		String[] stages = { "off", "dualwrite", "shadow", "live", "rampdown", "complete" };
		assertThat(stages).allSatisfy((stage) -> assertThat(rows("orders-db", stage)).singleElement()
			.satisfies((row) -> assertThat(row[2]).matches("[1-9]\\d*"))
			.satisfies((row) -> assertThat(row[3]).isEqualTo("0")));
		assertThat(rows("pricing", "shadow")).singleElement()
			.satisfies((row) -> assertThat(row[8]).matches("[1-9]\\d*"))
			.satisfies((row) -> assertThat(row[9]).isEqualTo("0"));
		assertThat(rows("receipts", "off")).hasSize(1);
		assertThat(rows("receipts", "complete")).hasSize(1);
	}

	@Test
	void plantedDifferenceIsFoundInPricingAndNowhereElse() {
		int exitCode = rehearse((shop) -> {
		}, "--seconds-per-stage=1", "--plant=rounding");
		assertThat(exitCode).as(output()).isZero();
		assertThat(output()).contains("The planted difference was found: flag pricing, operation quote")
			.containsPattern("pricing  quote  lines\\[\\d]\\.price  VALUE")
			.contains("pricing  quote  subtotal  VALUE")
			.doesNotContain("orders-db  find", "FAILED");
	}

	@Test
	void lostRowIsFound() {
		int exitCode = rehearse((shop) -> shop.getBean("newJdbc", JdbcClient.class)
			.sql("delete from orders where id = (select max(id) from orders)")
			.update(), "--seconds-per-stage=1");
		assertThat(exitCode).as(output()).isOne();
		assertThat(output()).contains("FAILED")
			.containsPattern("rows that are not equal in both stores before complete: 1\n")
			.containsPattern("order \\d+ is missing in the new store")
			.contains("orders that are not in the new store as acknowledged");
	}

	private int rehearse(Consumer<ApplicationContext> beforeComparison, String... options) {
		return new Rehearsal(RehearsalOptions.parse(options), new PrintStream(this.bytes, true, StandardCharsets.UTF_8),
				beforeComparison)
			.run();
	}

	private Stream<String[]> rows(String flag, String stage) {
		return output().lines()
			.map((line) -> line.split("\\s+"))
			.filter((cells) -> cells.length == 10 && cells[0].equals(flag) && cells[1].equals(stage));
	}

	private String output() {
		return this.bytes.toString(StandardCharsets.UTF_8);
	}

}
