package dev.migrationflags.boot.source;

import java.util.List;

import dev.migrationflags.flags.StageSource;

/**
 * Where sources of one kind come from. Which beans there are is known early; the beans
 * themselves are looked up late, because they may need much of the application.
 */
interface SourceBeans {

	/**
	 * Whether there is a definition of such a bean.
	 */
	boolean defined();

	/**
	 * The sources, in order.
	 */
	List<StageSource> create();

}
