package dev.migrationflags.engine.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import dev.migrationflags.Difference.Kind;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static dev.migrationflags.engine.comparison.Comparisons.assertDiffers;
import static dev.migrationflags.engine.comparison.Comparisons.assertMatch;
import static dev.migrationflags.engine.comparison.Comparisons.at;
import static dev.migrationflags.engine.comparison.Comparisons.plain;
import static org.assertj.core.api.Assertions.assertThat;

class LazyLoadingTests {

	private static SessionFactory sessions;

	@BeforeAll
	static void start() {
		sessions = new Configuration().addAnnotatedClass(Customer.class)
			.addAnnotatedClass(Purchase.class)
			.addAnnotatedClass(Item.class)
			.setProperty("hibernate.connection.url", "jdbc:h2:mem:lazy;DB_CLOSE_DELAY=-1")
			.setProperty("hibernate.hbm2ddl.auto", "create-drop")
			.buildSessionFactory();
		sessions.inTransaction((session) -> session.persist(purchase("Ann", "a", "b")));
	}

	@AfterAll
	static void stop() {
		sessions.close();
	}

	@Test
	void whatIsNotLoadedIsNeitherLoadedNorADifference() {
		inSession((session) -> {
			Purchase loaded = session.find(Purchase.class, 1L);
			assertThat(Hibernate.isInitialized(loaded.customer)).isFalse();
			assertThat(Hibernate.isInitialized(loaded.items)).isFalse();
			assertMatch(plain(), loaded, purchase("Bob", "c"));
			assertMatch(plain(), purchase("Bob", "c"), loaded);
			Purchase other = purchase("Bob", "c");
			other.number = 7;
			assertDiffers(plain(), loaded, other, at("number", Kind.VALUE));
			assertThat(Hibernate.isInitialized(loaded.customer)).isFalse();
			assertThat(Hibernate.isInitialized(loaded.items)).isFalse();
			return null;
		});
	}

	@Test
	void whatIsLoadedIsCompared() {
		inSession((session) -> {
			Purchase loaded = session.find(Purchase.class, 1L);
			Hibernate.initialize(loaded.customer);
			Hibernate.initialize(loaded.items);
			assertThat(loaded.customer.getClass()).isNotEqualTo(Customer.class);
			assertMatch(plain(), loaded, purchase("Ann", "a", "b"));
			assertDiffers(plain(), loaded, purchase("Bob", "a", "c"), at("customer.name", Kind.VALUE),
					at("items[1].id", Kind.VALUE));
			assertMatch(plain(), loaded.customer, purchase("Ann").customer);
			return null;
		});
	}

	@Test
	void aResultThatIsNotLoadedStaysSo() {
		inSession((session) -> {
			Customer proxy = session.getReference(Customer.class, 1L);
			assertMatch(plain(), proxy, purchase("Bob").customer);
			assertThat(Hibernate.isInitialized(proxy)).isFalse();
			return null;
		});
	}

	@Test
	void aComparatorGetsTheEntityBehindItsProxy() {
		inSession((session) -> {
			Customer proxy = session.getReference(Customer.class, 1L);
			Hibernate.initialize(proxy);
			List<Object> seen = new ArrayList<>();
			ValueComparison comparison = Comparisons.with((flag) -> {
			}, new Comparators.Entry(Customer.class, (oldValue, newValue) -> seen.add(oldValue)));
			assertMatch(comparison, proxy, purchase("Bob").customer);
			assertThat(seen).isNotEmpty().allMatch((value) -> value.getClass() == Customer.class);
			return null;
		});
	}

	@Test
	void comparisonsAfterTheSessionIsClosedLoadNothing() {
		Purchase detached = inSession((session) -> session.find(Purchase.class, 1L));
		assertMatch(plain(), detached, purchase("Bob", "c"));
		assertThat(detached).isNotNull();
	}

	private static <T extends @Nullable Object> T inSession(Function<Session, T> work) {
		return sessions.fromTransaction(work::apply);
	}

	private static Purchase purchase(String customer, String... items) {
		Purchase purchase = new Purchase();
		purchase.id = 1;
		purchase.customer = new Customer();
		purchase.customer.id = 1;
		purchase.customer.name = customer;
		for (String id : items) {
			Item item = new Item();
			item.id = id;
			purchase.items.add(item);
		}
		return purchase;
	}

	@Entity(name = "Customer")
	static class Customer {

		@Id
		long id;

		@Nullable String name;

	}

	@Entity(name = "Item")
	static class Item {

		@Id
		@Nullable String id;

	}

	/**
	 * Its equals would load all it has.
	 */
	@Entity(name = "Purchase")
	static class Purchase {

		@Id
		long id;

		int number;

		@ManyToOne(fetch = FetchType.LAZY, cascade = CascadeType.ALL)
		Customer customer = new Customer();

		@OneToMany(cascade = CascadeType.ALL)
		@jakarta.persistence.OrderBy("id")
		List<Item> items = new ArrayList<>();

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Purchase purchase && purchase.id == this.id && purchase.number == this.number
					&& purchase.items.size() == this.items.size() && Objects.equals(purchase.customer, this.customer);
		}

		@Override
		public int hashCode() {
			return Long.hashCode(this.id);
		}

	}

}
