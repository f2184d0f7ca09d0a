package dev.migrationflags.boot.isolation;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.migrationflags.boot.MigrationAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.util.AopTestUtils;

/**
 * An application that calls in all modes and ends; as a program, one that does not even
 * end its context.
 */
public class RestartedApplication implements Runnable {

	private static AnnotationConfigApplicationContext start(String execution, String timing) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("migration.flags.shop.stage", "shadow", "migration.flags.shop.read.execution", execution,
							"migration.flags.shop.write.timing", timing, "spring.aop.proxy-target-class", "true")));
		context.register(AopAutoConfiguration.class, MigrationAutoConfiguration.class, Shop.Application.class);
		context.refresh();
		return context;
	}

	private static int runs;

	@Override
	public void run() {
		String execution = new String[] { "detached", "concurrent", "serial", "random" }[runs % 4];
		String timing = (runs++ % 2 == 0) ? "after-commit" : "immediate";
		try (AnnotationConfigApplicationContext context = start(execution, timing)) {
			Shop shop = context.getBean(Shop.class);
			((Shop) AopTestUtils.getTargetObject(shop)).newSide = () -> "other";
			for (int i = 0; i < 20; i++) {
				shop.find(i);
				shop.save(i);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			// whoever asks Spring Security for the current user, as taking the context
			// along
			// does, finds an empty one left on the thread: its filters clear it after a
			// request
			SecurityContextHolder.clearContext();
		}
	}

	public static void main(String[] args) throws Exception {
		AnnotationConfigApplicationContext context = start("detached", "after-commit");
		Shop shop = context.getBean(Shop.class);
		CountDownLatch hangs = new CountDownLatch(1);
		((Shop) AopTestUtils.getTargetObject(shop)).newSide = () -> {
			hangs.countDown();
			while (true) {
				try {
					Thread.sleep(Long.MAX_VALUE);
				}
				catch (InterruptedException ex) {
					// takes no notice
				}
			}
		};
		String value = shop.find(1);
		hangs.await();
		System.out.println("The caller got " + value + ", and the secondary hangs");
	}

}
