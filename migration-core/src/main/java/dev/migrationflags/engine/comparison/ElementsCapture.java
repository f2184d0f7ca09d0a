package dev.migrationflags.engine.comparison;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Fixes values that come one after the other, as the elements of a list, to be compared
 * later on another thread. Holds no more than a value may have nodes; what is beyond that
 * is too large to be compared, and nothing of it is held. Used by one thread at a time.
 * No method throws.
 */
public final class ElementsCapture {

	private final Capture capture;

	private final PathState root;

	private List<@Nullable Object> elements = new ArrayList<>();

	private @Nullable Captured foregone;

	ElementsCapture(Capture capture, PathState root) {
		this.capture = capture;
		this.root = root;
		if (root.ignored()) {
			this.foregone = Captured.of(Node.ABSENT);
		}
	}

	/**
	 * Adds the next element, as it is now.
	 * @param element the element
	 */
	public void add(@Nullable Object element) {
		if (this.foregone != null) {
			return;
		}
		try {
			this.elements.add(this.capture.capture(element, this.root.index(this.elements.size())));
		}
		catch (Budget.OversizedException | StackOverflowError ex) {
			forego(Captured.oversized());
		}
		catch (Throwable ex) {
			forego(Captured.failed(ex));
		}
	}

	private void forego(Captured verdict) {
		this.foregone = verdict;
		this.elements = List.of();
	}

	/**
	 * The elements so far.
	 * @return the elements, to be given to {@link ValueComparison#compare}
	 */
	public Captured captured() {
		return (this.foregone != null) ? this.foregone
				: Captured.of(new Node.OfElements(Form.LIST, this.elements.toArray()));
	}

}
