package dev.migrationflags.crash.worker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrationflags.MigrationFlags;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.engine.mark.MarkStore;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts one bug into the application, if asked to. The framework has no switches for them:
 * its beans are wrapped, or gone around.
 */
@Configuration(proxyBeanMethods = false)
class SeededBugs {

	private static final AtomicBoolean STRUCK = new AtomicBoolean();

	/**
	 * The bug has changed what the framework does. Told on the standard output, once.
	 */
	static void struck() {
		if (STRUCK.compareAndSet(false, true)) {
			System.out.println("struck");
		}
	}

	static Bug of(Environment environment) {
		return environment.getProperty("crash.bug", Bug.class, Bug.NONE);
	}

	@Bean
	static BeanPostProcessor buggyMarks(Environment environment) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (bean instanceof MarkStore marks) ? marks(marks, environment) : bean;
			}

		};
	}

	private static MarkStore marks(MarkStore marks, Environment environment) {
		return switch (of(environment)) {
			case NO_MARK -> BuggyMarks.none(marks);
			case MARK_AFTER_FAILURE -> BuggyMarks.afterFailure(marks);
			case CLEARED_WITHOUT_LOOKING -> BuggyMarks.clearing(marks, environment.getRequiredProperty("crash.marks"));
			default -> marks;
		};
	}

	@Bean
	Mover mover(MigrationFlags flags, HikariDataSource marksDataSource, Environment environment) {
		if (of(environment) == Bug.FLIP_WITHOUT_GATE) {
			return (stage) -> moveTables(JdbcClient.create(marksDataSource), stage);
		}
		return (stage) -> flags.moveTo(Worker.FLAG, stage, "crash test");
	}

	private static void moveTables(JdbcClient tables, MigrationStage stage) {
		tables.sql("update migration_flag set stage = ?, epoch = epoch + 1, authority_epoch = epoch + 1 where flag = ?")
			.params(stage.key(), Worker.FLAG)
			.update();
		struck();
	}

	@Bean
	Callers callers(OldRegisters registers, NewRegisters other, MigrationFlags flags, Misdirected misdirected,
			Environment environment) {
		registers.setOther(other);
		other.setOther(registers);
		return new Callers(
				(of(environment) == Bug.STAGE_ASKED_TWICE) ? new AskedTwice(registers, flags, misdirected) : registers);
	}

	@Bean
	Misdirected misdirected() {
		return new Misdirected();
	}

	@Bean
	Replay replay(Environment environment) {
		return new Replay(of(environment) == Bug.REPLAY_OF_ARGUMENTS);
	}

	/**
	 * Forgets, before the application starts, where its flag was.
	 */
	static void forget(HikariDataSource marks) {
		JdbcClient tables = JdbcClient.create(marks);
		if (tables.sql("select to_regclass('migration_flag') is not null").query(Boolean.class).single()) {
			tables.sql("delete from migration_change").update();
			if (tables.sql("delete from migration_flag").update() > 0) {
				struck();
			}
		}
	}

	/**
	 * What callers call.
	 *
	 * @param registers the migrated registers, or something around them
	 */
	record Callers(Registers registers) {
	}

	/**
	 * Where the first of the two writes of a value goes, instead of where it should.
	 */
	static final class Misdirected {

		private final Map<Long, MigrationOrigin> origins = new ConcurrentHashMap<>();

		void first(long value, MigrationOrigin origin) {
			this.origins.put(value, origin);
		}

		@Nullable MigrationOrigin take(long value) {
			return this.origins.remove(value);
		}

	}

	private record AskedTwice(Registers registers, MigrationFlags flags, Misdirected misdirected) implements Registers {

		@Override
		public @Nullable Long read(long key) {
			return this.registers.read(key);
		}

		@Override
		public void write(long key, long value) {
			this.misdirected.first(value, this.flags.stage(Worker.FLAG).authority());
			this.registers.write(key, value);
		}

		@Override
		public void delete(long key) {
			this.registers.delete(key);
		}

	}

	/**
	 * The arguments of writes that failed.
	 */
	static final class Replay {

		private final boolean on;

		private final Map<Long, Optional<Long>> failed = new ConcurrentHashMap<>();

		Replay(boolean on) {
			this.on = on;
		}

		void failed(long key, @Nullable Long value) {
			if (this.on) {
				this.failed.put(key, Optional.ofNullable(value));
			}
		}

		/**
		 * What a repair writes.
		 */
		Optional<Long> instead(long key, Optional<Long> current) {
			Optional<Long> replayed = this.failed.remove(key);
			if (replayed == null) {
				return current;
			}
			if (!replayed.equals(current)) {
				struck();
			}
			return replayed;
		}

	}

}
