package dev.migrationflags.sample.orders;

/**
 * Who has ordered.
 *
 * @param id the customer's number
 * @param name the full name
 * @param email where receipts go
 */
public record Customer(String id, String name, String email) {
}
