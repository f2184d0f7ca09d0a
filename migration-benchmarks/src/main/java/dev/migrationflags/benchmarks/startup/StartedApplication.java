package dev.migrationflags.benchmarks.startup;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import com.sun.management.OperatingSystemMXBean;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.benchmarks.subject.Application;
import dev.migrationflags.benchmarks.subject.Generated;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts one application and prints what that took.
 */
final class StartedApplication {

	private StartedApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		int flags = Integer.parseInt(arguments[0]);
		int operations = Integer.parseInt(arguments[1]);
		Kind kind = Kind.valueOf(arguments[2]);
		List<Class<?>> beans = Generated.stores(flags, operations);
		if (kind == Kind.PROXIES) {
			beans.add(PlainAdvisor.class);
		}
		Map<String, Object> properties = new HashMap<>();
		for (int flag = 0; flag < flags; flag++) {
			properties.put("migration.flags.%s.stage".formatted(Generated.key(flag)), "off");
		}
		if (kind != Kind.STARTER) {
			properties.put("spring.autoconfigure.exclude", "dev.migrationflags.boot.MigrationAutoConfiguration");
		}
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		long start = System.nanoTime();
		long cpuStart = system.getProcessCpuTime();
		ConfigurableApplicationContext context = Application.start(beans, properties);
		double elapsed = (System.nanoTime() - start) / 1e6;
		double cpu = (system.getProcessCpuTime() - cpuStart) / 1e6;
		double heap = heap();
		for (int flag = 0; flag < flags; flag++) {
			callEach(context.getBean(Generated.name(flag, MigrationOrigin.OLD)));
		}
		System.out.println(new Figures(elapsed, cpu, heap, heap()));
		context.close();
	}

	private static void callEach(Object store) throws Exception {
		for (Method method : store.getClass().getMethods()) {
			if (method.getName().startsWith("find") || "save".equals(method.getName())) {
				method.invoke(store, "42");
			}
		}
	}

	private static double heap() throws InterruptedException {
		for (int time = 0; time < 3; time++) {
			System.gc();
			Thread.sleep(50);
		}
		Runtime runtime = Runtime.getRuntime();
		return (runtime.totalMemory() - runtime.freeMemory()) / 1024.0;
	}

	/**
	 * What is started.
	 */
	enum Kind {

		WITHOUT("without"),

		/**
		 * The same classes get the proxies that any advice of Spring needs.
		 */
		PROXIES("without, but with advice of Spring that does nothing"),

		STARTER("with");

		private final String title;

		Kind(String title) {
			this.title = title;
		}

		String title() {
			return this.title;
		}

	}

	/**
	 * Advice that does nothing, on the same classes.
	 */
	static final class PlainAdvisor extends DefaultPointcutAdvisor {

		private static final long serialVersionUID = 1;

		PlainAdvisor() {
			super(new AnnotationMatchingPointcut(Migration.class, true),
					(MethodInterceptor) (invocation) -> invocation.proceed());
		}

	}

	/**
	 * What a start took.
	 *
	 * @param elapsedMillis how long
	 * @param cpuMillis how much processor time, that of the compiler included
	 * @param heapKilobytes what it left on the heap
	 * @param heapAfterCallsKilobytes the same after each operation has been called once
	 */
	record Figures(double elapsedMillis, double cpuMillis, double heapKilobytes, double heapAfterCallsKilobytes) {

		static Figures parse(String line) {
			double[] numbers = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
			return new Figures(numbers[0], numbers[1], numbers[2], numbers[3]);
		}

		static Figures median(List<Figures> all) {
			return new Figures(median(all, Figures::elapsedMillis), median(all, Figures::cpuMillis),
					median(all, Figures::heapKilobytes), median(all, Figures::heapAfterCallsKilobytes));
		}

		private static double median(List<Figures> all, ToDoubleFunction<Figures> figure) {
			List<Double> sorted = all.stream().map(figure::applyAsDouble).sorted().collect(Collectors.toList());
			return sorted.get(sorted.size() / 2);
		}

		@Override
		public String toString() {
			return this.elapsedMillis + " " + this.cpuMillis + " " + this.heapKilobytes + " "
					+ this.heapAfterCallsKilobytes;
		}

	}

}
