package dev.migrationflags.engine.comparison;

/**
 * How many nodes may still be visited.
 */
final class Budget {

	private final int limit;

	private int left;

	Budget(int limit) {
		this.limit = limit;
		this.left = limit;
	}

	int limit() {
		return this.limit;
	}

	int left() {
		return this.left;
	}

	/**
	 * Takes nodes away.
	 * @throws OversizedException if there are not so many
	 */
	void spend(int nodes) {
		if (nodes > this.left) {
			throw OversizedException.INSTANCE;
		}
		this.left -= nodes;
	}

	/**
	 * Sets what is left, for work that is not charged to the value.
	 * @return what was left before
	 */
	int replace(int left) {
		int before = this.left;
		this.left = left;
		return before;
	}

	/**
	 * A value is too large or too deep.
	 */
	static final class OversizedException extends RuntimeException {

		static final OversizedException INSTANCE = new OversizedException();

		private OversizedException() {
			super("max-nodes", null, false, false);
		}

	}

}
