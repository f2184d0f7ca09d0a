package dev.migrationflags.sample.orders;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Somebody else has changed the order in the meantime.
 */
@ResponseStatus(HttpStatus.CONFLICT)
class OrderConflictException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OrderConflictException(long id) {
		super("Order %d was changed by somebody else".formatted(id));
	}

}
