package dev.migrationflags.boot.isolation;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.engine.pool.FairPool;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.test.util.AopTestUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What belongs to the caller's thread goes along to the secondary, and no further.
 */
@Timeout(60)
class PropagationTests {

	private final BlockingQueue<List<String>> seen = new LinkedBlockingQueue<>();

	@AfterEach
	void clear() {
		MDC.clear();
		SecurityContextHolder.clearContext();
		RequestContextHolder.resetRequestAttributes();
	}

	private static void alice() {
		MDC.put("user", "alice");
		SecurityContextHolder.setContext(new SecurityContextImpl(new TestingAuthenticationToken("alice", "secret")));
		ServletRequestAttributes request = new ServletRequestAttributes(new MockHttpServletRequest());
		request.setAttribute("user", "alice", RequestAttributes.SCOPE_REQUEST);
		RequestContextHolder.setRequestAttributes(request);
	}

	private String look() {
		Authentication login = SecurityContextHolder.getContext().getAuthentication();
		RequestAttributes request = RequestContextHolder.getRequestAttributes();
		this.seen
			.add(List.of(String.valueOf(MDC.get("user")), (login != null) ? login.getName() : "null", (request != null)
					? String.valueOf(request.getAttribute("user", RequestAttributes.SCOPE_REQUEST)) : "null"));
		return "old";
	}

	private List<String> next() throws InterruptedException {
		List<String> next = this.seen.poll(30, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	@ParameterizedTest
	@CsvSource({ "detached, find", "concurrent, find", "detached, save" })
	void securityLoggingAndRequestGoAlongAndStayNowhere(String execution, String operation) {
		Shop.runner()
			.withPropertyValues("migration.flags.shop.read.execution=" + execution, "migration.executor.threads=1")
			.run((context) -> {
				Shop shop = context.getBean(Shop.class);
				((Shop) AopTestUtils.getTargetObject(shop)).newSide = this::look;
				alice();
				call(shop, operation);
				assertThat(next()).containsExactly("alice", "alice", "alice");
				assertThat(MDC.get("user")).isEqualTo("alice");
				context.getBean(FairPool.class).lane().submit(this::look);
				assertThat(next()).containsExactly("null", "null", "null");
				clear();
				call(shop, operation);
				assertThat(next()).containsExactly("null", "null", "null");
			});
	}

	@Test
	void withoutContextPropagationNothingGoesAlongAndAllWorks() {
		Shop.runner().withClassLoader(new FilteredClassLoader("io.micrometer.context")).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			((Shop) AopTestUtils.getTargetObject(shop)).newSide = this::look;
			alice();
			assertThat(shop.find(1)).isEqualTo("old");
			assertThat(next()).containsExactly("null", "null", "null");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "capture", "set", "restore" })
	void accessorThatThrowsReachesNobody(String when) {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new Hostile(when));
		try {
			Shop.runner().withPropertyValues("migration.executor.threads=1").run((context) -> {
				Shop shop = context.getBean(Shop.class);
				((Shop) AopTestUtils.getTargetObject(shop)).newSide = this::look;
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				for (int i = 1; i <= 3; i++) {
					assertThat(shop.find(1)).isEqualTo("old");
					next();
					assertThat(shop.save(1)).isEqualTo("old");
					next();
				}
				CountDownLatch done = new CountDownLatch(1);
				context.getBean(FairPool.class).lane().submit(done::countDown);
				done.await();
				assertThat(Shop.calls(meters, "outcome", "success", "origin", "new")).isEqualTo(6);
			});
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor("hostile");
		}
	}

	@ParameterizedTest
	@CsvSource({ "true, detached", "true, concurrent", "true, serial", "false, detached" })
	void eachSideIsAChildObservationWhereThatIsSwitchedOn(boolean enabled, String execution) {
		ObservationRegistry observations = ObservationRegistry.create();
		BlockingQueue<String> ended = new LinkedBlockingQueue<>();
		observations.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				ended.add(context.getContextualName() + " in " + ((context.getParentObservation() != null)
						? context.getParentObservation().getContextView().getName() : "nothing"));
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		Shop.runner()
			.withBean(ObservationRegistry.class, () -> observations)
			.withPropertyValues("migration.observations.enabled=" + enabled,
					"migration.flags.shop.read.execution=" + execution)
			.run((context) -> {
				Shop shop = context.getBean(Shop.class);
				((Shop) AopTestUtils.getTargetObject(shop)).newSide = this::look;
				Observation request = Observation.start("request", observations);
				try (Observation.Scope scope = request.openScope()) {
					shop.find(1);
				}
				next();
				if (enabled) {
					assertThat(List.of(take(ended), take(ended))).containsExactlyInAnyOrder("shop find old in request",
							"shop find new in request");
				}
				else {
					context.close();
					assertThat(ended).isEmpty();
				}
			});
	}

	private static String take(BlockingQueue<String> queue) throws InterruptedException {
		String next = queue.poll(30, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	private static void call(Shop shop, String operation) throws Exception {
		assertThat("find".equals(operation) ? shop.find(1) : shop.save(1)).isEqualTo("old");
	}

	private record Hostile(String when) implements ThreadLocalAccessor<String> {

		@Override
		public Object key() {
			return "hostile";
		}

		@Override
		public String getValue() {
			fail("capture");
			return "value";
		}

		@Override
		public void setValue(String value) {
			fail("set");
		}

		@Override
		public void setValue() {
			fail("set");
		}

		@Override
		public void restore(String previous) {
			fail("restore");
		}

		@Override
		public void restore() {
			fail("restore");
		}

		private void fail(String what) {
			if (what.equals(this.when)) {
				throw new IllegalStateException(what);
			}
		}

	}

}
