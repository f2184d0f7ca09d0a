package dev.migrationflags;

/**
 * A transaction has written under a flag, and the flag has moved since, so that the rest
 * of the transaction would go to the other side. Thrown by a read or write before
 * anything is read or written. Let the transaction roll back and run it again.
 */
public class StageChangedException extends MigrationException {

	private final String flag;

	private final MigrationStage written;

	private final MigrationStage current;

	/**
	 * Creates an exception.
	 * @param flag the flag
	 * @param written the stage under which the transaction has written
	 * @param current the stage from now on
	 */
	public StageChangedException(String flag, MigrationStage written, MigrationStage current) {
		super("Flag '%s' has moved from %s to %s in the middle of a transaction that has written at %2$s: roll the transaction back and run it again"
			.formatted(flag, written.key(), current.key()));
		this.flag = flag;
		this.written = written;
		this.current = current;
	}

	/**
	 * The flag that has moved.
	 * @return its key
	 */
	public String getFlag() {
		return this.flag;
	}

	/**
	 * Where the flag was when the transaction wrote.
	 * @return the stage
	 */
	public MigrationStage getWrittenStage() {
		return this.written;
	}

	/**
	 * Where the flag is now.
	 * @return the stage
	 */
	public MigrationStage getCurrentStage() {
		return this.current;
	}

}
