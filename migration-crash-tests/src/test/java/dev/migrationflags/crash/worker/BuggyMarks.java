package dev.migrationflags.crash.worker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

import dev.migrationflags.engine.mark.MarkStore;
import dev.migrationflags.engine.mark.Registration;
import dev.migrationflags.engine.mark.WriteIntent;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Stores of marks that do not do what they should.
 */
final class BuggyMarks {

	private BuggyMarks() {
	}

	static MarkStore none(MarkStore marks) {
		return around(marks, (name, arguments, call) -> switch (name) {
			case "begin" -> {
				SeededBugs.struck();
				yield new Unmarked((WriteIntent) arguments[0]);
			}
			case "finish" -> true;
			case "finishLater" -> null;
			default -> call.run();
		});
	}

	static MarkStore afterFailure(MarkStore marks) {
		return around(marks, (name, arguments, call) -> switch (name) {
			case "begin" -> new Unmarked((WriteIntent) arguments[0]);
			case "finish" -> {
				boolean ok = (boolean) arguments[1];
				if (!ok) {
					SeededBugs.struck();
					WriteIntent intent = ((Unmarked) arguments[0]).intent();
					marks.finish(marks.begin(intent, null), false, (boolean) arguments[2]);
				}
				yield true;
			}
			case "finishLater" -> null;
			default -> call.run();
		});
	}

	static MarkStore clearing(MarkStore marks, String url) {
		JdbcClient tables = JdbcClient.create(new DriverManagerDataSource(url));
		return around(marks, (name, arguments, call) -> switch (name) {
			case "finish" -> {
				Object result = call.run();
				if ((boolean) arguments[1]) {
					clear(tables, (Registration) arguments[0]);
				}
				yield result;
			}
			case "finishLater" -> {
				marks.finish((Registration) arguments[0], true, true);
				clear(tables, (Registration) arguments[0]);
				yield null;
			}
			default -> call.run();
		});
	}

	private static void clear(JdbcClient tables, Registration registration) {
		for (String key : registration.keys()) {
			int marks = tables.sql("delete from migration_mark where flag = ? and mark_key = ?")
				.params(registration.flag(), key)
				.update();
			if (marks > 0) {
				SeededBugs.struck();
			}
		}
	}

	private static MarkStore around(MarkStore marks, Advice advice) {
		return (MarkStore) Proxy.newProxyInstance(MarkStore.class.getClassLoader(), new Class<?>[] { MarkStore.class },
				(proxy, method, arguments) -> advice.invoke(method.getName(), arguments, () -> {
					try {
						return method.invoke(marks, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				}));
	}

	private interface Advice {

		@Nullable Object invoke(String name, Object[] arguments, Call call) throws Throwable;

	}

	private interface Call {

		@Nullable Object run() throws Throwable;

	}

	private record Unmarked(WriteIntent intent) implements Registration {

		@Override
		public String flag() {
			return this.intent.flag();
		}

		@Override
		public List<String> keys() {
			return this.intent.keys();
		}

	}

}
