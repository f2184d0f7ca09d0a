package dev.migrationflags.sample.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The old side: one wide table.
 */
@Repository
@Migration(flag = "orders-db", origin = MigrationOrigin.OLD)
class LegacyOrders implements Orders, KeyedStore<Long, Order> {

	private static final TypeReference<List<OrderLine>> LINES = new TypeReference<>() {
	};

	private static final String VALUES = """
			:version, :customer, :name, :email, :street, :zip, :city, :country, :currency, :status, :note,
			:lines::jsonb, :created, :updated)
			""";

	private static final String COLUMNS = """
			row_version, cust_no, cust_name, cust_email, ship_street, ship_zip, ship_city, ship_country, curr, state,
			remark, lines, created, changed)
			""";

	private static final String UPDATE = """
			on conflict (order_no) do update set
			row_version = excluded.row_version, cust_no = excluded.cust_no, cust_name = excluded.cust_name,
			cust_email = excluded.cust_email, ship_street = excluded.ship_street, ship_zip = excluded.ship_zip,
			ship_city = excluded.ship_city, ship_country = excluded.ship_country, curr = excluded.curr,
			state = excluded.state, remark = excluded.remark, lines = excluded.lines, created = excluded.created,
			changed = excluded.changed
			""";

	private static final String UNLESS_LATER = "where t_order.row_version < excluded.row_version";

	private final JdbcClient jdbc;

	private final JsonMapper json;

	LegacyOrders(@Qualifier("oldJdbc") JdbcClient jdbc, JsonMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	@Override
	public Optional<Order> findById(long id) {
		return find(id);
	}

	@Override
	public List<Order> findByCustomer(String customerId) {
		return this.jdbc.sql("select * from t_order where cust_no = ? order by order_no")
			.param(customerId)
			.query(this::toOrder)
			.list();
	}

	@Override
	@Transactional("oldTransactionManager")
	public Order save(Order order) {
		Long id = order.id();
		if (id == null) {
			return insert(order);
		}
		return store(order, UNLESS_LATER) ? order : find(id).orElseThrow();
	}

	@Override
	public Optional<Order> find(Long key) {
		return this.jdbc.sql("select * from t_order where order_no = ?").param(key).query(this::toOrder).optional();
	}

	@Override
	public void put(Long key, Order value) {
		store(value, "");
	}

	@Override
	public void remove(Long key) {
		this.jdbc.sql("delete from t_order where order_no = ?").param(key).update();
	}

	@Override
	public List<Long> keysAfter(@Nullable Long last, int limit) {
		return this.jdbc.sql("select order_no from t_order where order_no > ? order by order_no limit ?")
			.params((last != null) ? last : Long.MIN_VALUE, limit)
			.query(Long.class)
			.list();
	}

	/**
	 * Stores a new order on this side, and on no other.
	 * @param order the order, without an id
	 * @return the order with its id
	 */
	public Order insert(Order order) {
		long id = bind(this.jdbc.sql("insert into t_order (" + COLUMNS + " values (" + VALUES + " returning order_no"),
				order)
			.query(Long.class)
			.single();
		return order.withId(id);
	}

	/**
	 * Stores an order under its id.
	 * @return whether it was stored
	 */
	private boolean store(Order order, String condition) {
		return bind(this.jdbc
			.sql("insert into t_order (order_no, " + COLUMNS + " values (:id, " + VALUES + UPDATE + condition)
			.param("id", Objects.requireNonNull(order.id())), order).update() == 1;
	}

	private StatementSpec bind(StatementSpec statement, Order order) {
		return statement.param("version", order.version())
			.param("customer", order.customer().id())
			.param("name", order.customer().name())
			.param("email", order.customer().email())
			.param("street", order.shipTo().street())
			.param("zip", order.shipTo().postalCode())
			.param("city", order.shipTo().city())
			.param("country", order.shipTo().country())
			.param("currency", order.currency())
			.param("status", order.status().name())
			.param("note", order.note())
			.param("lines", this.json.writeValueAsString(order.lines()))
			.param("created", order.createdAt().atOffset(ZoneOffset.UTC))
			.param("updated", order.updatedAt().atOffset(ZoneOffset.UTC));
	}

	private Order toOrder(ResultSet row, int number) throws SQLException {
		return new Order(row.getLong("order_no"), row.getLong("row_version"),
				new Customer(row.getString("cust_no"), row.getString("cust_name"), row.getString("cust_email")),
				new Address(row.getString("ship_street"), row.getString("ship_zip"), row.getString("ship_city"),
						row.getString("ship_country")),
				row.getString("curr"), OrderStatus.valueOf(row.getString("state")), row.getString("remark"),
				this.json.readValue(row.getString("lines"), LINES),
				row.getObject("created", OffsetDateTime.class).toInstant(),
				row.getObject("changed", OffsetDateTime.class).toInstant());
	}

}
