package dev.migrationflags.engine.comparison;

import org.hibernate.bytecode.enhance.spi.interceptor.BytecodeLazyAttributeInterceptor;
import org.hibernate.collection.spi.LazyInitializable;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import org.jspecify.annotations.Nullable;

/**
 * In what way Hibernate may not have loaded a value yet. Without Hibernate on the class
 * path everything is loaded.
 */
enum Laziness {

	/** Always loaded. */
	NONE,
	/** A proxy of an entity. */
	PROXY,
	/** A persistent collection or map. */
	COLLECTION,
	/** An enhanced entity with attributes that are loaded on their own. */
	ATTRIBUTES;

	/**
	 * Whether Hibernate is there.
	 */
	static final boolean POSSIBLE = isHibernatePresent();

	private static boolean isHibernatePresent() {
		try {
			Class.forName("org.hibernate.proxy.HibernateProxy", false, Laziness.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	static Laziness of(Class<?> type) {
		return POSSIBLE ? Hibernate.laziness(type) : NONE;
	}

	/**
	 * The value behind a proxy.
	 * @return the value, {@link Node#ABSENT} if it is not loaded
	 */
	@Nullable Object open(@Nullable Object value) {
		return switch (this) {
			case PROXY -> Hibernate.openProxy(value);
			case COLLECTION -> Hibernate.openCollection(value);
			default -> value;
		};
	}

	/**
	 * Whether an attribute of an enhanced entity is not loaded.
	 */
	static boolean isMissing(Object entity, String attribute) {
		return Hibernate.isMissing(entity, attribute);
	}

	/**
	 * Loaded only if Hibernate is present.
	 */
	private static final class Hibernate {

		static Laziness laziness(Class<?> type) {
			if (HibernateProxy.class.isAssignableFrom(type)) {
				return PROXY;
			}
			if (LazyInitializable.class.isAssignableFrom(type)) {
				return COLLECTION;
			}
			return PersistentAttributeInterceptable.class.isAssignableFrom(type) ? ATTRIBUTES : NONE;
		}

		static @Nullable Object openProxy(@Nullable Object value) {
			if (value instanceof HibernateProxy proxy) {
				LazyInitializer initializer = proxy.getHibernateLazyInitializer();
				return initializer.isUninitialized() ? Node.ABSENT : initializer.getImplementation();
			}
			return value;
		}

		static @Nullable Object openCollection(@Nullable Object value) {
			return (value instanceof LazyInitializable lazy && !lazy.wasInitialized()) ? Node.ABSENT : value;
		}

		static boolean isMissing(Object entity, String attribute) {
			return entity instanceof PersistentAttributeInterceptable interceptable
					&& interceptable.$$_hibernate_getInterceptor() instanceof BytecodeLazyAttributeInterceptor lazy
					&& !lazy.isAttributeLoaded(attribute);
		}

	}

}
