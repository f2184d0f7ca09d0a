package dev.migrationflags.engine.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.function.BiFunction;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WithoutHibernateTests {

	@Test
	void comparesWithoutHibernateOnTheClassPath() throws Exception {
		BiFunction<String, String, String> comparing = comparing(new WithoutHibernate(getClass().getClassLoader()));
		assertThat(comparing.getClass()).isNotEqualTo(Comparing.class);
		assertThat(comparing.apply("a", "a")).isEqualTo("false MATCH");
		assertThat(comparing.apply("a", "b")).isEqualTo("false MISMATCH [[0].name VALUE]");
		assertThat(new Comparing().apply("a", "a")).isEqualTo("true MATCH");
	}

	@Test
	void aClassLoaderThatIsThrownAwayDoesNotStay() throws Exception {
		WeakReference<ClassLoader> loader = compareInAnotherLoader();
		Awaitility.await().untilAsserted(() -> {
			System.gc();
			assertThat(loader.get()).isNull();
		});
	}

	private WeakReference<ClassLoader> compareInAnotherLoader() throws Exception {
		ClassLoader loader = new WithoutHibernate(getClass().getClassLoader());
		assertThat(comparing(loader).apply("a", "b")).endsWith("[[0].name VALUE]");
		return new WeakReference<>(loader);
	}

	@SuppressWarnings("unchecked")
	private static BiFunction<String, String, String> comparing(ClassLoader loader) throws Exception {
		Constructor<?> constructor = loader.loadClass(Comparing.class.getName()).getDeclaredConstructor();
		constructor.setAccessible(true);
		return (BiFunction<String, String, String>) constructor.newInstance();
	}

	static class Comparing implements BiFunction<String, String, String> {

		@Override
		public String apply(String oldName, String newName) {
			ValueComparison comparison = Comparisons.plain();
			return Laziness.POSSIBLE + " "
					+ comparison.compare(comparison.capture(List.of(new Named(oldName))), List.of(new Named(newName)));
		}

	}

	static class Named {

		final String name;

		Named(String name) {
			this.name = name;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Named named && named.name.equals(this.name);
		}

		@Override
		public int hashCode() {
			return this.name.hashCode();
		}

	}

	private static final class WithoutHibernate extends ClassLoader {

		WithoutHibernate(ClassLoader parent) {
			super(parent);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.startsWith("org.hibernate.")) {
				throw new ClassNotFoundException(name);
			}
			if (!name.startsWith("dev.migrationflags.")) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : define(name);
			}
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (bytes == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] content = bytes.readAllBytes();
				return defineClass(name, content, 0, content.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
