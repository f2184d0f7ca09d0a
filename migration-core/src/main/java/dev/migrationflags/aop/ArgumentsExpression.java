package dev.migrationflags.aop;

import org.jspecify.annotations.Nullable;
import java.util.Map;

import org.springframework.core.convert.TypeDescriptor;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * An expression over the arguments and the result of a call, parsed and checked.
 */
final class ArgumentsExpression {

	private final StandardEvaluationContext shared;

	private final SpelExpression expression;

	private final Map<String, Integer> indexes;

	/**
	 * The argument, if the expression is just that, which needs no evaluation; else -1.
	 */
	private final int argument;

	private final boolean ofResult;

	ArgumentsExpression(StandardEvaluationContext shared, SpelExpression expression, Map<String, Integer> indexes) {
		this.shared = shared;
		this.expression = expression;
		this.indexes = indexes;
		SpelNode root = expression.getAST();
		this.argument = argument(root, indexes);
		this.ofResult = isResult(root) || (root instanceof CompoundExpression && isResult(root.getChild(0)));
	}

	private static int argument(SpelNode root, Map<String, Integer> indexes) {
		return (root instanceof VariableReference) ? indexes.getOrDefault(root.toStringAST().substring(1), -1) : -1;
	}

	@Nullable Object evaluate(@Nullable Object[] arguments, @Nullable Object result) {
		if (this.argument >= 0) {
			return arguments[this.argument];
		}
		return this.expression.getValue(new ArgumentsContext(this.shared, this.indexes, arguments, result));
	}

	/**
	 * How many values an inline list gives, one by one.
	 * @return the number, or -1 if the expression is not an inline list
	 */
	int listSize() {
		SpelNode root = this.expression.getAST();
		return (root instanceof InlineList) ? root.getChildCount() : -1;
	}

	/**
	 * Whether the expression looks at the result of the call.
	 */
	boolean usesResult() {
		return usesResult(this.expression.getAST());
	}

	/**
	 * Whether the expression is the result of the call or a part of it.
	 */
	boolean isOfResult() {
		return this.ofResult;
	}

	private static boolean isResult(SpelNode node) {
		return node instanceof VariableReference && node.toStringAST().equals("#" + ArgumentsContext.RESULT);
	}

	private static boolean usesResult(SpelNode node) {
		if (isResult(node)) {
			return true;
		}
		for (int index = 0; index < node.getChildCount(); index++) {
			if (usesResult(node.getChild(index))) {
				return true;
			}
		}
		return false;
	}

	@Nullable Object convert(@Nullable Object value, TypeDescriptor target) {
		return this.shared.getTypeConverter().convertValue(value, TypeDescriptor.forObject(value), target);
	}

}
