package dev.migrationflags.sample.orders;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The new side: orders and their lines, in a server of their own.
 */
@Repository
@Migration(flag = "orders-db", origin = MigrationOrigin.NEW)
class PostgresOrders implements Orders, KeyedStore<Long, Order> {

	private static final String SELECT = """
			select o.*, l.sku, l.name, l.quantity, l.unit_price
			from orders o left join order_lines l on l.order_id = o.id
			""";

	private static final String COLUMNS = """
			version, customer_id, customer_name, customer_email, street, postal_code, city, country, currency, status,
			note, created_at, updated_at)
			""";

	private static final String VALUES = """
			:version, :customer, :name, :email, :street, :postalCode, :city, :country, :currency, :status,
			:note, :created, :updated)
			""";

	private static final String UPDATE = """
			on conflict (id) do update set
			version = excluded.version, customer_id = excluded.customer_id, customer_name = excluded.customer_name,
			customer_email = excluded.customer_email, street = excluded.street, postal_code = excluded.postal_code,
			city = excluded.city, country = excluded.country, currency = excluded.currency, status = excluded.status,
			note = excluded.note, created_at = excluded.created_at, updated_at = excluded.updated_at
			""";

	private static final String UNLESS_LATER = "where orders.version < excluded.version";

	private final JdbcClient jdbc;

	PostgresOrders(@Qualifier("newJdbc") JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public Optional<Order> findById(long id) {
		return find(id);
	}

	@Override
	public List<Order> findByCustomer(String customerId) {
		return this.jdbc.sql(SELECT + " where o.customer_id = ? order by o.id, l.position")
			.param(customerId)
			.query(new OrderRows());
	}

	@Override
	@Transactional("newTransactionManager")
	public Order save(Order order) {
		Long id = order.id();
		if (id == null) {
			return insert(order);
		}
		return store(order, UNLESS_LATER) ? order : find(id).orElseThrow();
	}

	@Override
	public Optional<Order> find(Long key) {
		return this.jdbc.sql(SELECT + " where o.id = ? order by l.position")
			.param(key)
			.query(new OrderRows())
			.stream()
			.findFirst();
	}

	@Override
	@Transactional("newTransactionManager")
	public void put(Long key, Order value) {
		store(value, "");
	}

	@Override
	public void remove(Long key) {
		// its lines go with it
		this.jdbc.sql("delete from orders where id = ?").param(key).update();
	}

	@Override
	public List<Long> keysAfter(@Nullable Long last, int limit) {
		return this.jdbc.sql("select id from orders where id > ? order by id limit ?")
			.params((last != null) ? last : Long.MIN_VALUE, limit)
			.query(Long.class)
			.list();
	}

	private Order insert(Order order) {
		long id = bind(this.jdbc.sql("insert into orders (" + COLUMNS + " values (" + VALUES + " returning id"), order)
			.query(Long.class)
			.single();
		insertLines(id, order.lines());
		return order.withId(id);
	}

	/**
	 * Stores an order under its id.
	 * @return whether it was stored
	 */
	private boolean store(Order order, String condition) {
		long id = Objects.requireNonNull(order.id());
		int stored = bind(
				this.jdbc.sql("insert into orders (id, " + COLUMNS + " values (:id, " + VALUES + UPDATE + condition)
					.param("id", id),
				order)
			.update();
		if (stored == 1) {
			this.jdbc.sql("delete from order_lines where order_id = ?").param(id).update();
			insertLines(id, order.lines());
		}
		return stored == 1;
	}

	private void insertLines(long orderId, List<OrderLine> lines) {
		int position = 0;
		for (OrderLine line : lines) {
			this.jdbc.sql("insert into order_lines values (?, ?, ?, ?, ?, ?)")
				.params(orderId, position++, line.sku(), line.name(), line.quantity(), line.unitPrice())
				.update();
		}
	}

	private static StatementSpec bind(StatementSpec statement, Order order) {
		return statement.param("version", order.version())
			.param("customer", order.customer().id())
			.param("name", order.customer().name())
			.param("email", order.customer().email())
			.param("street", order.shipTo().street())
			.param("postalCode", order.shipTo().postalCode())
			.param("city", order.shipTo().city())
			.param("country", order.shipTo().country())
			.param("currency", order.currency())
			.param("status", order.status().name())
			.param("note", order.note())
			.param("created", order.createdAt().atOffset(ZoneOffset.UTC))
			.param("updated", order.updatedAt().atOffset(ZoneOffset.UTC));
	}

}
