package dev.migrationflags.engine.jdbc;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code migration_node}: which nodes there are, and what they have seen of
 * each flag.
 */
final class NodeRows {

	private NodeRows() {
	}

	/**
	 * Tells that a node lives.
	 * @param hold the hold under which nothing of it is in flight any more, or
	 * {@code null}
	 */
	static void beat(Session session, String node, String flag, long epoch, @Nullable Long hold) throws SQLException {
		String now = session.dialect().clock();
		int updated = session.update(
				"update migration_node set epoch = ?, hold_id = ?, seen_at = " + now + " where node = ? and flag = ?",
				epoch, hold, node, flag);
		if (updated == 0) {
			session.update(
					"insert into migration_node (node, flag, epoch, hold_id, seen_at) values (?, ?, ?, ?, " + now + ")",
					node, flag, epoch, hold);
		}
	}

	static void remove(Session session, String node) throws SQLException {
		session.update("delete from migration_node where node = ?", node);
	}

	/**
	 * Removes the nodes that have not been heard of for so long that nobody waits for
	 * them any more.
	 */
	static void removeSilent(Session session, long millis) throws SQLException {
		session.update("delete from migration_node where seen_at < " + session.dialect().clock() + " - ?", millis);
	}

	/**
	 * The other nodes that may still work with a flag.
	 * @param millis how long ago they must have been heard of
	 */
	static List<Node> others(Session session, String node, String flag, long millis) throws SQLException {
		String now = session.dialect().clock();
		return session.query("select node, epoch, hold_id, " + now
				+ " - seen_at from migration_node where flag = ? and node <> ? and seen_at >= " + now
				+ " - ? order by node", (row) -> {
					long hold = row.getLong(3);
					return new Node(row.getString(1), row.getLong(2), row.wasNull() ? null : hold, row.getLong(4));
				}, flag, node, millis);
	}

	/**
	 * A node and what it has seen of one flag.
	 *
	 * @param name its name
	 * @param epoch the epoch that it has seen
	 * @param hold the hold under which nothing of it is in flight any more
	 * @param silence when it was last heard of, in milliseconds
	 */
	record Node(String name, long epoch, @Nullable Long hold, long silence) {
	}

}
