package dev.migrationflags.engine.metrics;

import java.io.IOException;

import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExceptionNames}.
 */
class ExceptionNamesTests {

	private final ExceptionNames names = new ExceptionNames();

	static Throwable madeUp(int number) {
		try {
			return new ByteBuddy().subclass(RuntimeException.class)
				.name("made.up.Failure" + number)
				.make()
				.load(ExceptionNamesTests.class.getClassLoader())
				.getLoaded()
				.getDeclaredConstructor()
				.newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void fiftyClassesHaveNamesTheRestIsOther() {
		for (int i = 0; i < 50; i++) {
			assertThat(this.names.of(madeUp(i))).isEqualTo("Failure" + i);
		}
		for (int i = 50; i < 60; i++) {
			assertThat(this.names.of(madeUp(i))).isEqualTo("other");
		}
		assertThat(this.names.of(madeUp(49))).isEqualTo("Failure49");
	}

	@Test
	void nestedClassHasItsSimpleName() {
		assertThat(this.names.of(new Nested())).isEqualTo("Nested");
	}

	@Test
	void anonymousClassHasTheNameOfWhatItExtends() {
		assertThat(this.names.of(new IOException() {
		})).isEqualTo("IOException");
	}

	private static final class Nested extends RuntimeException {

	}

}
