package dev.migrationflags.engine.jdbc;

import java.util.List;
import java.util.Set;

/**
 * What came of ending operations.
 *
 * @param gone those whose registration was not there any more
 * @param left the flags of which marks were left
 */
record Ended(List<Entry> gone, Set<String> left) {
}
