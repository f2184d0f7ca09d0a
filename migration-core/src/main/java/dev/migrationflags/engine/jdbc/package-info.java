/**
 * What outlives a process, in tables of a relational database, by plain JDBC.
 */
@NullMarked
package dev.migrationflags.engine.jdbc;

import org.jspecify.annotations.NullMarked;
