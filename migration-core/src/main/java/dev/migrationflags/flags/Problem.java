package dev.migrationflags.flags;

import java.io.Serializable;

/**
 * One thing that is wrong with the set-up.
 *
 * @param what what is wrong
 * @param where the property, bean or method
 * @param fix what to write instead
 */
public record Problem(String what, String where, String fix) implements Serializable {
}
