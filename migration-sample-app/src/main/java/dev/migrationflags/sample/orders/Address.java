package dev.migrationflags.sample.orders;

/**
 * Where an order goes.
 *
 * @param street street and number
 * @param postalCode the postal code, may be empty
 * @param city the city
 * @param country ISO 3166 code, two letters
 */
public record Address(String street, String postalCode, String city, String country) {
}
