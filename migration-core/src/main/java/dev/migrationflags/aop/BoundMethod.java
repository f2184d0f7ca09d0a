package dev.migrationflags.aop;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.engine.Operation;

/**
 * What a call of one annotated method runs.
 *
 * @param operation the operation
 * @param side the side that the called method implements
 * @param other the other side
 * @param expressions the expressions of the operation
 */
record BoundMethod(Operation operation, MigrationOrigin side, Side other, OperationExpressions expressions) {
}
