package dev.migrationflags.engine;

import java.util.concurrent.atomic.AtomicInteger;

import dev.migrationflags.MigrationStage;
import dev.migrationflags.Migrator;
import io.micrometer.core.instrument.Counter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for reads whose second side has been stopped.
 */
class StoppedSecondaryTests {

	@ParameterizedTest
	@EnumSource
	void onlyANewSideThatIsSecondIsLeftOut(MigrationStage stage) throws Exception {
		try (TestEngine test = TestEngine.at(stage)) {
			AtomicInteger oldSide = new AtomicInteger();
			AtomicInteger newSide = new AtomicInteger();
			Migrator<String, String, String> migrator = test.<String, String, String>migrator().read((id) -> {
				oldSide.incrementAndGet();
				return "same";
			}, (id) -> {
				newSide.incrementAndGet();
				return "same";
			}).build();
			test.flag.stopSecondaryReads();
			assertThat(migrator.read("1")).isEqualTo("same");
			boolean leftOut = stage == MigrationStage.SHADOW;
			assertThat(oldSide.get() + newSide.get()).isEqualTo((stage.readsBoth() && !leftOut) ? 2 : 1);
			Counter open = test.meters.find("migration.skipped").tag("reason", "open").counter();
			assertThat((open != null) ? open.count() : 0).isEqualTo(leftOut ? 1 : 0);
			test.flag.resumeSecondaryReads();
			migrator.read("1");
			assertThat(oldSide.get() + newSide.get()).isEqualTo((stage.readsBoth() ? 4 : 2) - (leftOut ? 1 : 0));
		}
	}

}
