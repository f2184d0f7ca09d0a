package dev.migrationflags.sample.orders;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/orders")
class OrderController {

	private final OrderService orders;

	OrderController(OrderService orders) {
		this.orders = orders;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Order place(@RequestBody NewOrder order) {
		return this.orders.place(order);
	}

	@GetMapping("/{id}")
	ResponseEntity<Order> find(@PathVariable long id) {
		return ResponseEntity.of(this.orders.find(id));
	}

	@GetMapping
	List<Order> ofCustomer(@RequestParam String customer) {
		return this.orders.ofCustomer(customer);
	}

	@PutMapping("/{id}/status")
	ResponseEntity<Order> change(@PathVariable long id, @RequestBody StatusChange change) {
		return ResponseEntity.of(this.orders.change(id, change.status()));
	}

	record StatusChange(OrderStatus status) {
	}

}
