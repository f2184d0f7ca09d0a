package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import dev.migrationflags.aop.MigrationMethod.Source;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * Parses expressions and checks their variables, at start-up.
 */
final class ExpressionCompiler {

	private final SpelExpressionParser parser = new SpelExpressionParser();

	private final StandardEvaluationContext shared = new StandardEvaluationContext();

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final List<Problem> problems;

	ExpressionCompiler(List<Problem> problems) {
		this.problems = problems;
	}

	/**
	 * Compiles an expression.
	 * @param attribute the attribute that holds it
	 * @param source the expression and where it is written
	 * @param owner the method whose annotation it is
	 * @param withResult whether {@code #result} is known
	 * @param where how problems name the place
	 * @return the expression, or {@code null} if there is none or it is wrong
	 */
	@Nullable ArgumentsExpression compile(String attribute, Source source, MigrationMethod owner, boolean withResult,
			String where) {
		if (!source.isPresent()) {
			return null;
		}
		SpelExpression expression;
		try {
			expression = this.parser.parseRaw(source.expression());
		}
		catch (ParseException | IllegalStateException ex) {
			problem(attribute, source, where, "cannot be parsed: " + ex.getMessage(),
					"Write a SpEL expression such as #id");
			return null;
		}
		Map<String, Integer> indexes = indexes(source.method(), owner.method());
		List<String> wrong = new ArrayList<>();
		check(expression.getAST(), indexes, withResult, wrong);
		checkNames(expression.getAST(), wrong);
		if (!wrong.isEmpty()) {
			problem(attribute, source, where, "uses " + String.join(", ", wrong), "Use " + known(indexes, withResult));
			return null;
		}
		return new ArgumentsExpression(this.shared, expression, indexes);
	}

	private void problem(String attribute, Source source, String where, String what, String fix) {
		this.problems.add(new Problem("The expression %s = \"%s\" %s".formatted(attribute, source.expression(), what),
				where, fix));
	}

	/**
	 * An expression on an interface method names the parameters of that method; those of
	 * the implementation are understood too.
	 */
	private Map<String, Integer> indexes(Method written, Method implementation) {
		Map<String, Integer> indexes = new HashMap<>();
		for (Method method : List.of(implementation, written)) {
			@Nullable String[] names = this.names.getParameterNames(method);
			for (int index = 0; index < method.getParameterCount(); index++) {
				indexes.put("a" + index, index);
				indexes.put("p" + index, index);
				String name = (names != null) ? names[index] : null;
				if (name != null) {
					indexes.put(name, index);
				}
			}
		}
		return indexes;
	}

	private static void check(SpelNode node, Map<String, Integer> indexes, boolean withResult, List<String> wrong) {
		if (node instanceof BeanReference) {
			wrong.add("a bean (%s)".formatted(node.toStringAST()));
		}
		else if (node instanceof FunctionReference) {
			wrong.add("a function (%s)".formatted(node.toStringAST()));
		}
		else if (node instanceof VariableReference) {
			String name = node.toStringAST().substring(1);
			boolean known = indexes.containsKey(name) || "this".equals(name)
					|| (withResult && ArgumentsContext.RESULT.equals(name));
			if (!known) {
				wrong.add("the unknown variable #" + name);
			}
		}
		for (int index = 0; index < node.getChildCount(); index++) {
			check(node.getChild(index), indexes, withResult, wrong);
		}
	}

	/**
	 * There is no root object, so a bare name is a variable whose # has been forgotten.
	 * Inside a selection or a projection it is a property of the element, inside an index
	 * a key.
	 */
	private static void checkNames(SpelNode node, List<String> wrong) {
		if (node instanceof Selection || node instanceof Projection || node instanceof Indexer) {
			return;
		}
		if (node instanceof PropertyOrFieldReference || node instanceof MethodReference) {
			wrong.add("'%s', which has no # or T(…) before it".formatted(node.toStringAST()));
		}
		else if (node instanceof Assign || node instanceof OpInc || node instanceof OpDec) {
			wrong.add("an assignment (%s)".formatted(node.toStringAST()));
		}
		int first = (node instanceof InlineMap) ? 1 : 0;
		for (int index = first; index < node.getChildCount(); index += first + 1) {
			SpelNode child = node.getChild(index);
			boolean ofOther = node instanceof CompoundExpression && index > 0;
			if (!ofOther) {
				checkNames(child, wrong);
			}
			else if (child instanceof MethodReference) {
				for (int argument = 0; argument < child.getChildCount(); argument++) {
					checkNames(child.getChild(argument), wrong);
				}
			}
		}
	}

	private static String known(Map<String, Integer> indexes, boolean withResult) {
		TreeSet<String> names = new TreeSet<>(indexes.keySet());
		if (withResult) {
			names.add(ArgumentsContext.RESULT);
		}
		String list = names.isEmpty() ? "no variables: the method has no parameters" : "#" + String.join(", #", names);
		boolean unnamed = names.stream().allMatch((name) -> name.matches("[ap]\\d+|result"));
		return unnamed && !names.isEmpty() ? list + " (names of parameters need the compiler's option -parameters)"
				: list;
	}

}
