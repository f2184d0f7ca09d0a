package dev.migrationflags.benchmarks.subject;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.FixedValue;

/**
 * Many annotated classes, as a large application has.
 */
public final class Generated {

	private Generated() {
	}

	/**
	 * Two sides under each of many flags; once in a JVM.
	 * @param flags how many flags, {@code flag-0} and so on
	 * @param operations how many operations there are under each flag; the first three
	 * are those of {@link Store}
	 * @return the classes, old and new in turn; their simple names tell flag and side
	 */
	public static List<Class<?>> stores(int flags, int operations) {
		List<Class<?>> classes = new ArrayList<>();
		for (int flag = 0; flag < flags; flag++) {
			for (MigrationOrigin side : MigrationOrigin.values()) {
				classes.add(store(flag, side, operations));
			}
		}
		return classes;
	}

	/**
	 * The key of a generated flag.
	 * @param flag its number
	 * @return the key
	 */
	public static String key(int flag) {
		return "flag-" + flag;
	}

	/**
	 * The name of a generated class, which is the name of its bean.
	 * @param flag the number of the flag
	 * @param side the side
	 * @return the simple name
	 */
	public static String name(int flag, MigrationOrigin side) {
		return "Store" + flag + ((side == MigrationOrigin.OLD) ? "Old" : "New");
	}

	private static Class<?> store(int flag, MigrationOrigin side, int operations) {
		DynamicType.Builder<?> type = new ByteBuddy().subclass(ConstantStore.class)
			.name("dev.migrationflags.benchmarks.subject." + name(flag, side))
			.annotateType(AnnotationDescription.Builder.ofType(Migration.class)
				.define("flag", key(flag))
				.define("origin", side)
				.build());
		for (int operation = 3; operation < operations; operation++) {
			type = type.defineMethod("find" + operation, String.class, Visibility.PUBLIC)
				.withParameters(String.class)
				.intercept(FixedValue.value("value"))
				.annotateMethod(AnnotationDescription.Builder.ofType(MigrationRead.class).build());
		}
		return type.make()
			.load(Generated.class.getClassLoader(), ClassLoadingStrategy.UsingLookup.of(MethodHandles.lookup()))
			.getLoaded();
	}

}
