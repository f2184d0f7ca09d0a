package dev.migrationflags.sample.rehearsal;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.migrationflags.sample.rehearsal.RehearsalOptions.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RehearsalOptionsTests {

	@Test
	void nothingHasToBeGiven() {
		assertThat(RehearsalOptions.parse())
			.isEqualTo(new RehearsalOptions(Kind.PLAIN, false, Duration.ofSeconds(8), 4));
	}

	@Test
	void everythingCanBeGiven() {
		assertThat(RehearsalOptions.parse("--clients=2", "--plant=rounding", "--seconds-per-stage=30"))
			.isEqualTo(new RehearsalOptions(Kind.PLAIN, true, Duration.ofSeconds(30), 2));
	}

	@Test
	void oneKindCanBeAskedFor() {
		assertThat(RehearsalOptions.parse("--chaos").kind()).isEqualTo(Kind.CHAOS);
		assertThat(RehearsalOptions.parse("--crash").kind()).isEqualTo(Kind.CRASH);
		assertThatIllegalArgumentException().isThrownBy(() -> RehearsalOptions.parse("--chaos", "--crash"))
			.withMessageContaining("exclude each other");
		assertThatIllegalArgumentException().isThrownBy(() -> RehearsalOptions.parse("--plant=rounding", "--crash"))
			.withMessageContaining("--plant=rounding and --crash");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--plant=other", "--clients=0", "--clients=17", "--clients=-1", "--clients=",
			"--seconds-per-stage=x", "--seconds-per-stage=99999999999", "--client=3", "rounding" })
	void anythingElseIsNamed(String option) {
		assertThatIllegalArgumentException().isThrownBy(() -> RehearsalOptions.parse(option))
			.withMessageContaining(option);
	}

}
