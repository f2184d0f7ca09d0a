package dev.migrationflags.aop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InsideTests {

	private static final int DEEP = 100;

	@Test
	void howeverDeepAThreadGoesItKnowsWhereItIs() {
		@Nullable Object[] first = Inside.current();
		List<Object> operations = new ArrayList<>();
		Deque<Entered> entered = new ArrayDeque<>();
		for (int depth = 0; depth < DEEP; depth++) {
			Object operation = "operation " + depth;
			assertThat(Inside.is(Inside.current(), operation)).isFalse();
			// what an outer call has looked up stays good enough for its second side
			@Nullable Object[] inside = Inside.current((depth % 2 == 0) ? first : Inside.current());
			entered.push(new Entered(inside, Inside.enter(inside, operation)));
			operations.add(operation);
			assertThat(operations).allMatch((outer) -> Inside.is(Inside.current(), outer));
		}
		while (!entered.isEmpty()) {
			entered.pop().leave();
			Object left = operations.remove(operations.size() - 1);
			assertThat(Inside.is(Inside.current(), left)).isFalse();
			assertThat(operations).allMatch((outer) -> Inside.is(Inside.current(), outer));
		}
		assertThat(Inside.current()[1]).isNull();
	}

	@Test
	void whatWasLookedUpOnAnotherThreadIsNotTouched() {
		@Nullable Object[] here = Inside.current();
		@Nullable Object[] there = CompletableFuture.supplyAsync(() -> Inside.current(here)).join();
		assertThat(there).isNotSameAs(here);
		assertThat(there[0]).isNotSameAs(Thread.currentThread());
		assertThat(Inside.current(here)).isSameAs(here);
	}

	private record Entered(@Nullable Object[] inside, int place) {

		void leave() {
			Inside.leave(this.inside, this.place);
		}

	}

}
