package dev.migrationflags.flags;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TimeInWordsTests {

	@ParameterizedTest
	@CsvSource({ "PT0S, 0 s", "PT0.25S, 250 ms", "PT2S, 2 s", "PT1.5S, 1500 ms", "PT90S, 90 s", "PT5M, 5 min",
			"PT61M, 61 min", "PT2H, 2 h", "PT-1S, -1 s" })
	void aTimeIsToldInItsLargestWholeUnit(Duration duration, String words) {
		assertThat(TimeInWords.of(duration)).isEqualTo(words);
	}

}
