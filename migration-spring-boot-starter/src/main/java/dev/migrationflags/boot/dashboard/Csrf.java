package dev.migrationflags.boot.dashboard;

/**
 * What Spring Security wants to see with each change.
 *
 * @param header the name of the header
 * @param token its value
 */
record Csrf(String header, String token) {
}
