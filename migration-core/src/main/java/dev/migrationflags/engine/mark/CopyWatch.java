package dev.migrationflags.engine.mark;

/**
 * Is told of the keys of one flag that are being copied: who reads both sides meanwhile
 * sees one before the copy and one after it. Called on the thread that copies; must
 * neither throw nor wait.
 */
public interface CopyWatch {

	/**
	 * Nobody wants to know.
	 */
	CopyWatch NONE = new CopyWatch() {

		@Override
		public void begun(String key) {
		}

		@Override
		public void ended(String key) {
		}

	};

	/**
	 * A key is about to be written.
	 * @param key the text of the key
	 */
	void begun(String key);

	/**
	 * The write has ended, well or not.
	 * @param key the text of the key
	 */
	void ended(String key);

}
