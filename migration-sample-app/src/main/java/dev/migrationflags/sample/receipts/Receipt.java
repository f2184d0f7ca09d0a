package dev.migrationflags.sample.receipts;

/**
 * A receipt on its way to a customer.
 *
 * @param id unique, sent along with the mail
 * @param to the customer's address
 * @param subject the subject of the mail
 * @param text the text of the mail
 */
public record Receipt(String id, String to, String subject, String text) {
}
