package dev.migrationflags.engine.comparison;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;

import dev.migrationflags.Difference;
import dev.migrationflags.Difference.Kind;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static dev.migrationflags.engine.comparison.Comparisons.withValues;
import static org.assertj.core.api.Assertions.assertThat;

class ReportedValuesTests {

	private final ValueComparison comparison = withValues((flag) -> {
	});

	@Test
	void noValuesByDefault() {
		assertThat(plain().compare("a", "b").differences()).containsExactly(new Difference("", Kind.VALUE, null, null));
	}

	@Test
	void valuesOfLeavesOnly() {
		assertDiffers(this.comparison, "a", "b", new Difference("", Kind.VALUE, "a", "b"));
		assertDiffers(this.comparison, new Box(1), new Box(2), new Difference("content", Kind.VALUE, 1, 2));
		assertDiffers(this.comparison, new Box(1), new Box(new Box(2)), new Difference("content", Kind.TYPE, 1, null));
		assertDiffers(this.comparison, List.of("a"), List.of(), new Difference("[0]", Kind.MISSING, "a", null));
		assertDiffers(this.comparison, List.of(), List.of(new Box(1)), new Difference("[0]", Kind.EXTRA, null, null));
		assertDiffers(this.comparison, Optional.of("a"), Optional.empty(), new Difference("", Kind.NULL, "a", null));
		assertDiffers(this.comparison, Arrays.asList("a", null), Arrays.asList(null, "a"),
				new Difference("", Kind.ORDER, null, null));
		assertDiffers(this.comparison, new byte[] { 1 }, new byte[] { 2 }, new Difference("", Kind.VALUE, null, null));
		assertDiffers(this.comparison, Kind.VALUE, Kind.TYPE, new Difference("", Kind.VALUE, Kind.VALUE, Kind.TYPE));
	}

	@Test
	void longValuesAreCut() {
		String text = "x".repeat(1_000);
		Difference difference = this.comparison.compare(text, new StringBuilder("y")).differences().get(0);
		assertThat(difference.oldValue()).isEqualTo("x".repeat(200));
		assertThat(difference.newValue()).isEqualTo("y");
		BigInteger number = BigInteger.TEN.pow(500);
		assertThat(this.comparison.compare(number, 1).differences().get(0).oldValue()).asString().hasSize(200);
		assertThat(this.comparison.compare(new BigDecimal(number), BigDecimal.ONE).differences().get(0).oldValue())
			.asString()
			.hasSize(200);
	}

	@Test
	void reportedDatesAreCopies() {
		Date date = new Date(1);
		Difference difference = this.comparison.compare(date, new Date(2)).differences().get(0);
		date.setTime(5);
		assertThat(difference.oldValue()).isEqualTo(new Date(1));
	}

	@Test
	void textOfAVerdictHasNoValues() {
		assertThat(this.comparison.compare("secret", "other")).hasToString("MISMATCH [(result) VALUE]");
	}

	record Box(Object content) {
	}

}
