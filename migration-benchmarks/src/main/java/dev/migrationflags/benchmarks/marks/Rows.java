package dev.migrationflags.benchmarks.marks;

import java.util.List;
import java.util.Optional;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationWrite;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A table of a database.
 */
class Rows implements KeyedStore<Long, String> {

	static final String TABLE = "create table entry (id bigint primary key, content text not null)";

	private final JdbcClient jdbc;

	Rows(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Writes a row.
	 * @param id its key
	 * @param content what it is to contain
	 */
	@MigrationWrite(key = "#id")
	public void save(Long id, String content) {
		put(id, content);
	}

	@Override
	public Optional<String> find(Long id) {
		return this.jdbc.sql("select content from entry where id = ?").param(id).query(String.class).optional();
	}

	@Override
	public void put(Long id, String content) {
		this.jdbc.sql("""
				insert into entry (id, content) values (?, ?)
				on conflict (id) do update set content = excluded.content
				""").params(id, content).update();
	}

	@Override
	public void remove(Long id) {
		this.jdbc.sql("delete from entry where id = ?").param(id).update();
	}

	@Override
	public List<Long> keysAfter(@Nullable Long last, int limit) {
		return this.jdbc.sql("select id from entry where id > ? order by id limit ?")
			.params((last != null) ? last : Long.MIN_VALUE, limit)
			.query(Long.class)
			.list();
	}

	/**
	 * The old side.
	 */
	@Migration(flag = "rows", origin = MigrationOrigin.OLD)
	static class Old extends Rows {

		Old(@Qualifier(Databases.OLD) JdbcClient jdbc) {
			super(jdbc);
		}

	}

	/**
	 * The new side.
	 */
	@Migration(flag = "rows", origin = MigrationOrigin.NEW)
	static class New extends Rows {

		New(@Qualifier(Databases.NEW) JdbcClient jdbc) {
			super(jdbc);
		}

	}

}
