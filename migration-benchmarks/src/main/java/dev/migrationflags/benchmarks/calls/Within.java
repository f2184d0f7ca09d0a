package dev.migrationflags.benchmarks.calls;

import java.util.List;

import dev.migrationflags.benchmarks.subject.ConstantStore;
import dev.migrationflags.benchmarks.subject.Migrated;
import dev.migrationflags.benchmarks.subject.NoTransactions;
import dev.migrationflags.benchmarks.subject.Store;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.transaction.TransactionStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * One-sided reads within a web request and within a transaction, where a flag keeps its
 * stage.
 */
public class Within {

	private static final String ID = "42";

	@Benchmark
	public String request(OneSide.Off state, Request request) {
		return state.store.find(ID);
	}

	@Benchmark
	public String transaction(Transaction state) {
		return state.store.find(ID);
	}

	/**
	 * A request of this thread.
	 */
	@State(Scope.Thread)
	public static class Request {

		public Request() {
			RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
		}

		@TearDown
		public void end() {
			RequestContextHolder.resetRequestAttributes();
		}

	}

	/**
	 * A transaction of this thread.
	 */
	@State(Scope.Thread)
	public static class Transaction {

		private final Migrated application = Migrated
			.of(List.of(ConstantStore.Old.class, ConstantStore.New.class, NoTransactions.class), "stage=off");

		private final NoTransactions manager = this.application.bean(NoTransactions.class);

		private final TransactionStatus transaction = this.manager.getTransaction(null);

		final Store store = this.application.store();

		@TearDown
		public void end() {
			this.manager.commit(this.transaction);
			this.application.close();
		}

	}

}
