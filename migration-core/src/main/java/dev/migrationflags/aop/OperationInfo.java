package dev.migrationflags.aop;

import dev.migrationflags.engine.OperationType;

/**
 * What was wired: one operation and its two methods, for people to read.
 *
 * @param flag the key of the flag
 * @param name the operation
 * @param type whether it reads or writes
 * @param oldMethod the old method
 * @param newMethod the new method
 */
public record OperationInfo(String flag, String name, OperationType type, String oldMethod, String newMethod) {
}
