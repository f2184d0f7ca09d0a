package dev.migrationflags.sample.rehearsal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * New sides that hang, fail and are slow, with real servers and real traffic.
 */
@Timeout(120)
class ChaosRehearsalTests {

	@Test
	void noCallerNoticesAndTheFlipIsRefused() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int exitCode = new ChaosRehearsal(RehearsalOptions.parse("--chaos", "--seconds-per-stage=1"),
				new PrintStream(bytes, true, StandardCharsets.UTF_8))
			.run();
		String output = bytes.toString(StandardCharsets.UTF_8);
		assertThat(exitCode).as(output).isZero();
		assertThat(output).contains("No caller noticed.", "orders-db to live: refused")
			.containsPattern("  (backlog|inflight): ")
			.containsPattern("orders-db +write +dualwrite +hanging +[1-9]")
			.containsPattern("orders-db +read +shadow +hanging +[1-9]")
			.containsPattern("pricing +read +shadow +hanging +[1-9]")
			.containsPattern("orders-db  write  skipped: open  [1-9]");
	}

}
