package dev.migrationflags.sample.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

import org.springframework.jdbc.core.ResultSetExtractor;

/**
 * Orders from rows of the join of orders and lines, sorted by order and position.
 */
class OrderRows implements ResultSetExtractor<List<Order>> {

	@Override
	public List<Order> extractData(ResultSet rows) throws SQLException {
		List<Order> orders = new ArrayList<>();
		boolean more = rows.next();
		while (more) {
			long id = rows.getLong("id");
			Order order = header(id, rows);
			List<OrderLine> lines = new ArrayList<>();
			do {
				// an order without lines is one row without a line
				if (rows.getString("sku") != null) {
					lines.add(new OrderLine(rows.getString("sku"), rows.getString("name"), rows.getInt("quantity"),
							rows.getBigDecimal("unit_price")));
				}
				more = rows.next();
			}
			while (more && rows.getLong("id") == id);
			orders.add(order.withLines(lines));
		}
		return orders;
	}

	private static Order header(long id, ResultSet row) throws SQLException {
		return new Order(id, row.getLong("version"),
				new Customer(row.getString("customer_id"), row.getString("customer_name"),
						row.getString("customer_email")),
				new Address(row.getString("street"), row.getString("postal_code"), row.getString("city"),
						row.getString("country")),
				row.getString("currency"), OrderStatus.valueOf(row.getString("status")), row.getString("note"),
				List.of(), row.getObject("created_at", OffsetDateTime.class).toInstant(),
				row.getObject("updated_at", OffsetDateTime.class).toInstant());
	}

}
