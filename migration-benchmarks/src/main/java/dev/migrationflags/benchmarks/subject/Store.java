package dev.migrationflags.benchmarks.subject;

import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;

/**
 * What is called.
 */
public interface Store {

	/**
	 * The flag that migrates it, unless a class names another.
	 */
	String FLAG = "store";

	/**
	 * A read.
	 * @param id what is read
	 * @return the value
	 */
	@MigrationRead
	String find(String id);

	/**
	 * A read for the context that the argument names.
	 * @param id what is read, and for whom
	 * @return the value
	 */
	@MigrationRead(context = "#id")
	String findFor(String id);

	/**
	 * A write.
	 * @param id what is written
	 * @return the value
	 */
	@MigrationWrite
	String save(String id);

}
