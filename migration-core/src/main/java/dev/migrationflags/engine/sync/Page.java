package dev.migrationflags.engine.sync;

import java.util.List;

import dev.migrationflags.MigrationOrigin;

/**
 * Keys that one side has listed.
 *
 * @param keys the keys
 * @param leading the side that leads
 * @param orphans whether they are of the other side, and only those that the leading one
 * lacks are of interest
 */
record Page(List<Object> keys, MigrationOrigin leading, boolean orphans) {
}
