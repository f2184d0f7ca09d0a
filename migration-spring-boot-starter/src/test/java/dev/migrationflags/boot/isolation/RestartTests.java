package dev.migrationflags.boot.isolation;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.util.AopTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left of an application that has ended: nothing.
 */
@Timeout(180)
class RestartTests {

	static List<Thread> migrationThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("migration-"))
			.toList();
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "detached", "concurrent" })
	void noThreadIsLeftAfterTheContextHasClosed(String execution) {
		CountDownLatch interrupted = new CountDownLatch(1);
		List<Thread> before = migrationThreads();
		Shop.runner()
			.withPropertyValues("migration.executor.virtual=false", "migration.flags.shop.read.timeout=5m",
					"migration.flags.shop.read.execution=" + execution, "migration.flags.shop.write.timeout=5m",
					"migration.flags.shop.write.deadline=5m")
			.run((context) -> {
				Shop shop = context.getBean(Shop.class);
				shop.find(1);
				shop.save(1);
				((Shop) AopTestUtils.getTargetObject(shop)).newSide = () -> {
					try {
						Thread.sleep(Duration.ofMinutes(5).toMillis());
					}
					catch (InterruptedException ex) {
						interrupted.countDown();
					}
					return "late";
				};
				Thread caller = new Thread(() -> {
					try {
						shop.find(1);
					}
					catch (Exception ex) {
						throw new IllegalStateException(ex);
					}
				});
				caller.start();
				Awaitility.await()
					.untilAsserted(() -> assertThat(migrationThreads())
						.anyMatch((thread) -> List.of(thread.getStackTrace()).toString().contains("Thread.sleep")));
			});
		Awaitility.await().untilAsserted(() -> assertThat(migrationThreads()).allMatch(before::contains));
		assertThat(interrupted.getCount()).isZero();
	}

	@Test
	void jvmEndsAlthoughASecondaryHangs() throws Exception {
		File out = File.createTempFile("migration", ".log");
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp", classPath(),
				RestartedApplication.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(out)
			.start();
		try {
			assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("The JVM has ended").isTrue();
			assertThat(process.exitValue()).isZero();
			assertThat(out).content().contains("The caller got old, and the secondary hangs");
		}
		finally {
			process.destroyForcibly();
			assertThat(out.delete()).isTrue();
		}
	}

	/**
	 * Two at a time: what they share, and may be left in, are the JDK's classes.
	 */
	@Test
	void fiftyRestartsLeaveNoClassLoaderBehind() throws Exception {
		ExecutorService survivors = Executors.newFixedThreadPool(2);
		try {
			List<Future<WeakReference<ClassLoader>>> running = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				running.add(survivors.submit(() -> run(10)));
			}
			List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
			for (Future<WeakReference<ClassLoader>> loader : running) {
				loaders.add(loader.get());
			}
			running.clear();
			// before 21 the JDK itself keeps one: the method handles behind the methods
			// of records hold on to the type that they were adapted to last
			int kept = (Runtime.version().feature() < 21) ? 1 : 0;
			Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				System.gc();
				assertThat(loaders).filteredOn((loader) -> loader.get() != null).hasSizeLessThanOrEqualTo(kept);
			});
			assertThat(loaders).hasSize(5);
		}
		finally {
			survivors.shutdownNow();
		}
	}

	/**
	 * Runs the application so often, with classes of its own, on a thread that goes on.
	 */
	private static WeakReference<ClassLoader> run(int times) throws Exception {
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath().split(File.pathSeparator)) {
			urls.add(new File(entry).toURI().toURL());
		}
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			Thread.currentThread().setContextClassLoader(loader);
			Runnable application = (Runnable) loader.loadClass(RestartedApplication.class.getName())
				.getConstructor()
				.newInstance();
			assertThat(application.getClass().getClassLoader()).isSameAs(loader);
			for (int i = 0; i < times; i++) {
				application.run();
			}
			return new WeakReference<>(loader);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

}
