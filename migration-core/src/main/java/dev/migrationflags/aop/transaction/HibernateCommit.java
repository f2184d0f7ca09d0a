package dev.migrationflags.aop.transaction;

import jakarta.transaction.Synchronization;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.util.ClassUtils;

/**
 * Tells a flush that failed, which is a rollback, from a commit that failed, of which
 * nobody knows whether it took effect. Hibernate does both when it commits, and Spring
 * calls both a rollback.
 */
final class HibernateCommit {

	private static final boolean PRESENT = isPresent("org.hibernate.Session")
			&& isPresent("org.springframework.orm.jpa.EntityManagerHolder")
			&& isPresent("jakarta.transaction.Synchronization");

	private HibernateCommit() {
	}

	private static boolean isPresent(String name) {
		return ClassUtils.isPresent(name, HibernateCommit.class.getClassLoader());
	}

	/**
	 * Watches a commit that is about to begin.
	 * @param resource what the transaction manager has bound to the thread
	 * @param flushed is told when nothing but the commit itself is left to do
	 */
	static void watch(@Nullable Object resource, Runnable flushed) {
		if (PRESENT && resource != null) {
			Watch.watch(resource, flushed);
		}
	}

	/**
	 * Only loaded where there is Hibernate.
	 */
	private static final class Watch {

		static void watch(Object resource, Runnable flushed) {
			if (resource instanceof EntityManagerHolder holder
					&& holder.getEntityManager() instanceof Session session) {
				session.getTransaction().registerSynchronization(new Synchronization() {

					@Override
					public void beforeCompletion() {
						flushed.run();
					}

					@Override
					public void afterCompletion(int status) {
						// Spring tells
					}

				});
			}
		}

	}

}
