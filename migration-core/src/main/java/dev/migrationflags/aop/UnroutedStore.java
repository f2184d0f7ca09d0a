package dev.migrationflags.aop;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.flags.Flag;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/**
 * One side as a bean, called through its proxy. As long as it works no operation of the
 * flag is routed, so that it reads and writes its own side whatever it calls.
 */
final class UnroutedStore implements KeyedStore<Object, Object> {

	private final BeanFactory beanFactory;

	private final String beanName;

	private final Flag flag;

	UnroutedStore(BeanFactory beanFactory, String beanName, Flag flag) {
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.flag = flag;
	}

	@Override
	public Optional<Object> find(Object key) {
		return inside((store) -> store.find(key));
	}

	@Override
	public void put(Object key, Object value) {
		inside((store) -> {
			store.put(key, value);
			return this;
		});
	}

	@Override
	public void remove(Object key) {
		inside((store) -> {
			store.remove(key);
			return this;
		});
	}

	@Override
	public List<Object> keysAfter(@Nullable Object last, int limit) {
		return inside((store) -> store.keysAfter(last, limit));
	}

	@SuppressWarnings("unchecked")
	private <T> T inside(Function<KeyedStore<Object, Object>, T> work) {
		@Nullable Object[] inside = Inside.current(Inside.current());
		int place = Inside.enter(inside, this.flag);
		try {
			return work.apply((KeyedStore<Object, Object>) this.beanFactory.getBean(this.beanName));
		}
		finally {
			Inside.leave(inside, place);
		}
	}

	@Override
	public String toString() {
		return this.beanName;
	}

}
