package dev.migrationflags.benchmarks.subject;

import com.github.rawls238.scientist4j.Experiment;
import com.github.rawls238.scientist4j.ExperimentBuilder;
import io.dropwizard.metrics5.MetricRegistry;

/**
 * The same two sides as an experiment of Scientist4J, which always runs both.
 */
public final class Scientist {

	private final Store oldStore = new ConstantStore.Old();

	private final Store newStore = new ConstantStore.New();

	private final Experiment<String> experiment = new ExperimentBuilder<String>().withName(Store.FLAG)
		.withRegistry(new MetricRegistry())
		.build();

	/**
	 * Reads both sides in turn, in random order.
	 * @param id what is read
	 * @return the value of the old side
	 * @throws Exception if the old side fails
	 */
	public String find(String id) throws Exception {
		return this.experiment.run(() -> this.oldStore.find(id), () -> this.newStore.find(id));
	}

	/**
	 * Reads both sides on threads of a pool and waits for both.
	 * @param id what is read
	 * @return the value of the old side
	 * @throws Exception if the old side fails
	 */
	public String findAsync(String id) throws Exception {
		return this.experiment.runAsync(() -> this.oldStore.find(id), () -> this.newStore.find(id));
	}

}
