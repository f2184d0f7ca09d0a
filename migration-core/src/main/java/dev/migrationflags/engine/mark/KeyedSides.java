package dev.migrationflags.engine.mark;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.MigrationOrigin;

/**
 * The two sides of a flag, addressable by key.
 *
 * @param keys writes their keys
 * @param oldSide the old side, called through its bean's proxy
 * @param newSide the new side, called through its bean's proxy
 */
public record KeyedSides(KeyText keys, KeyedStore<Object, Object> oldSide, KeyedStore<Object, Object> newSide) {

	/**
	 * One side.
	 * @param origin which
	 * @return the side
	 */
	public KeyedStore<Object, Object> of(MigrationOrigin origin) {
		return (origin == MigrationOrigin.OLD) ? this.oldSide : this.newSide;
	}

}
