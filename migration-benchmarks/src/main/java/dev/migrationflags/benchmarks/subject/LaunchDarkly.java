package dev.migrationflags.benchmarks.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.MigrationStage;
import com.launchdarkly.sdk.server.integrations.FileData;
import com.launchdarkly.sdk.server.migrations.Migration;
import com.launchdarkly.sdk.server.migrations.MigrationBuilder;
import com.launchdarkly.sdk.server.migrations.MigrationExecution;
import com.launchdarkly.sdk.server.migrations.MigrationMethodResult;
import com.launchdarkly.sdk.server.subsystems.EventSender;
import org.jspecify.annotations.Nullable;

/**
 * The same two sides under a migration of LaunchDarkly's SDK, offline.
 */
public final class LaunchDarkly implements AutoCloseable {

	/**
	 * Everybody reads and writes the old side only.
	 */
	public static final String OFF = "{\"variation\": 0}";

	/**
	 * Everybody reads both sides.
	 */
	public static final String SHADOW = "{\"variation\": 1}";

	/**
	 * One half is off, the other in shadow.
	 */
	public static final String HALF = """
			{"rollout": {"contextKind": "user", "variations": [
			{"variation": 0, "weight": 50000}, {"variation": 1, "weight": 50000}]}}""";

	/**
	 * Writes both sides.
	 */
	public static final String DUAL_WRITE = "{\"variation\": 2}";

	private static final LDContext SOMEBODY = LDContext.create("somebody");

	private final LDClient client;

	private final Migration<String, String, String, String> migration;

	/**
	 * Creates it on two sides that return constants.
	 * @param fallthrough who gets which stage
	 * @param execution how reads run both sides
	 * @param events whether it makes its events, which then are thrown away
	 */
	public LaunchDarkly(String fallthrough, MigrationExecution execution, boolean events) {
		this(fallthrough, execution, events, new ConstantStore.Old(), new ConstantStore.New());
	}

	/**
	 * Creates it.
	 * @param fallthrough who gets which stage
	 * @param execution how reads run both sides
	 * @param events whether it makes its events, which then are thrown away
	 * @param oldStore the old side
	 * @param newStore the new side
	 */
	public LaunchDarkly(String fallthrough, MigrationExecution execution, boolean events, Store oldStore,
			Store newStore) {
		this.client = client(fallthrough, events);
		this.migration = new MigrationBuilder<String, String, String, String>(this.client).readExecution(execution)
			.read((id) -> MigrationMethodResult.Success(oldStore.find(id)),
					(id) -> MigrationMethodResult.Success(newStore.find(id)), Objects::equals)
			.write((id) -> MigrationMethodResult.Success(oldStore.save(id)),
					(id) -> MigrationMethodResult.Success(newStore.save(id)))
			.build()
			.orElseThrow();
	}

	private static LDClient client(String fallthrough, boolean events) {
		try {
			Path file = Files.createTempFile("flags", ".json");
			Files.writeString(file, """
					{"flags": {"store": {"key": "store", "on": true, "version": 1, "salt": "store",
					"variations": ["off", "shadow", "dualwrite"], "offVariation": 0, "fallthrough": %s}}}"""
				.formatted(fallthrough));
			LDConfig.Builder config = new LDConfig.Builder().dataSource(FileData.dataSource().filePaths(file))
				.diagnosticOptOut(true)
				.logging(Components.noLogging());
			LDClient client = new LDClient("sdk-key",
					events ? config.events(Components.sendEvents().eventSender((context) -> new Nowhere())).build()
							: config.events(Components.noEvents()).build());
			Files.delete(file);
			return client;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads.
	 * @param id what is read
	 * @return the authoritative value
	 */
	public @Nullable String find(String id) {
		return this.migration.read(Store.FLAG, SOMEBODY, MigrationStage.OFF, id).getResult().orElse(null);
	}

	/**
	 * Reads for somebody.
	 * @param id what is read, and for whom
	 * @return the authoritative value
	 */
	public @Nullable String findFor(String id) {
		return this.migration.read(Store.FLAG, LDContext.create(id), MigrationStage.OFF, id).getResult().orElse(null);
	}

	/**
	 * Writes.
	 * @param id what is written
	 * @return the authoritative value
	 */
	public @Nullable String save(String id) {
		return this.migration.write(Store.FLAG, SOMEBODY, MigrationStage.OFF, id)
			.getAuthoritative()
			.getResult()
			.orElse(null);
	}

	@Override
	public void close() {
		try {
			this.client.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Takes events and says that they were sent.
	 */
	private static final class Nowhere implements EventSender {

		@Override
		public Result sendAnalyticsEvents(byte[] data, int count, URI uri) {
			return Result.SUCCESS;
		}

		@Override
		public Result sendDiagnosticEvent(byte[] data, URI uri) {
			return Result.SUCCESS;
		}

		@Override
		public void close() {
		}

	}

}
