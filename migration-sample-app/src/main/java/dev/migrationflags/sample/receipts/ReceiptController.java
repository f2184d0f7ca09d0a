package dev.migrationflags.sample.receipts;

import java.util.UUID;

import dev.migrationflags.sample.orders.Order;
import dev.migrationflags.sample.orders.OrderService;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ReceiptController {

	private final OrderService orders;

	private final Receipts receipts;

	ReceiptController(OrderService orders, Receipts receipts) {
		this.orders = orders;
		this.receipts = receipts;
	}

	@PostMapping("/orders/{id}/receipt")
	ResponseEntity<Sent> send(@PathVariable long id) {
		return ResponseEntity.of(this.orders.find(id).map((order) -> {
			Receipt receipt = receipt(order);
			this.receipts.send(receipt);
			return new Sent(receipt.id(), receipt.to());
		}));
	}

	private static Receipt receipt(Order order) {
		return new Receipt(UUID.randomUUID().toString(), order.customer().email(), "Your order " + order.id(),
				"Dear %s,%n%nthank you for your order of %d articles.%n".formatted(order.customer().name(),
						order.lines().size()));
	}

	record Sent(String receiptId, String to) {
	}

}
