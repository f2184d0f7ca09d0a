package dev.migrationflags.aop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationStage;
import dev.migrationflags.aop.MigrationOperations.Setup;
import dev.migrationflags.aop.MigrationOperations.WiredOperation;
import dev.migrationflags.aop.OperationExpressions.Mirror;
import dev.migrationflags.engine.Engine;
import dev.migrationflags.engine.Operation;
import dev.migrationflags.engine.OperationSpec;
import dev.migrationflags.engine.OperationType;
import dev.migrationflags.engine.ResultKind;
import dev.migrationflags.engine.comparison.ValueComparison;
import dev.migrationflags.engine.mark.KeyedSides;
import dev.migrationflags.flags.Flag;
import dev.migrationflags.flags.FlagRegistry;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes operations out of pairs of methods.
 */
final class OperationFactory {

	private static final Logger logger = LoggerFactory.getLogger(OperationFactory.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final Engine engine;

	private final FlagRegistry flags;

	private final Setup setup;

	private final List<Problem> problems;

	private final ExpressionCompiler compiler;

	private final SideManagers managers;

	private final Marking marking;

	OperationFactory(ConfigurableListableBeanFactory beanFactory, Engine engine, FlagRegistry flags, Setup setup,
			Map<String, KeyedSides> keyed, List<Problem> problems) {
		this.beanFactory = beanFactory;
		this.engine = engine;
		this.flags = flags;
		this.setup = setup;
		this.problems = problems;
		this.compiler = new ExpressionCompiler(problems);
		this.managers = new SideManagers(beanFactory, problems);
		this.marking = new Marking(keyed, engine::hasDurableMarks, problems);
	}

	/**
	 * Leaves out the methods that cannot be intercepted or whose flag nobody has defined,
	 * and says so.
	 */
	List<Candidate> usable(Collection<Candidate> candidates) {
		Set<String> unknown = new LinkedHashSet<>();
		List<Candidate> usable = new ArrayList<>();
		for (Candidate candidate : candidates) {
			MigrationMethod method = candidate.method();
			String obstacle = this.setup.proxies() ? Interceptable.obstacle(method.method(), method.targetClass())
					: null;
			if (obstacle != null) {
				this.problems.add(new Problem("Calls of a migrated method cannot be intercepted: " + obstacle,
						candidate.where(), "Make the method overridable, or set migration.aop.mode=aspectj"));
			}
			String flag = candidate.key().flag();
			if (!this.setup.declaredFlags().contains(flag) && this.flags.served(flag) == null) {
				if (unknown.add(flag)) {
					this.problems.add(new Problem("Unknown flag '%s'".formatted(flag), candidate.where(),
							"Define migration.flags.%s.stage or a MigrationFlag bean; known flags: %s".formatted(flag,
									this.setup.declaredFlags().isEmpty() ? "none"
											: String.join(", ", this.setup.declaredFlags()))));
				}
			}
			usable.add(candidate);
		}
		return usable;
	}

	@Nullable WiredOperation operation(Pair pair) {
		Flag flag = this.flags.find(pair.key().flag());
		if (flag == null) {
			return null;
		}
		MigrationMethod method = pair.oldSide().method();
		ResultKind kind = ResultKinds.of(method);
		OperationSpec spec = OperationSpec.of(flag, pair.key().operation(), method.type());
		if (spec.type() == OperationType.READ && spec.settings().comparison().enabled()) {
			checkComparable(pair.oldSide());
			checkComparable(pair.newSide());
		}
		if (spec.type() == OperationType.WRITE) {
			warnOfUnfinished(pair.oldSide());
			warnOfUnfinished(pair.newSide());
		}
		List<String> rules = ValueComparison.validate(spec.settings().comparison());
		if (!rules.isEmpty()) {
			rules.forEach((message) -> this.problems.add(new Problem(message,
					"property 'migration.flags.%s.comparison', for operation '%s'".formatted(flag.key(), spec.name()),
					"Write paths such as updatedAt, lines[*].id or **.etag")));
			return null;
		}
		OperationExpressions expressions = expressions(pair, flag);
		OperationSpec known = spec.with(this.marking.keys(spec, kind, expressions, pair));
		Operation operation = this.engine.operation(writesBoth(spec) ? known.with(this.managers.of(pair)) : known,
				kind);
		Side oldSide = new Side(this.beanFactory, pair.oldSide().beanName(), pair.oldSide().method().method());
		Side newSide = new Side(this.beanFactory, pair.newSide().beanName(), pair.newSide().method().method());
		return new WiredOperation(
				new OperationInfo(flag.key(), spec.name(), spec.type(), pair.oldSide().method().signature(),
						pair.newSide().method().signature()),
				new BoundMethod(operation, MigrationOrigin.OLD, newSide, expressions),
				new BoundMethod(operation, MigrationOrigin.NEW, oldSide, expressions));
	}

	private static boolean writesBoth(OperationSpec spec) {
		return spec.type() == OperationType.WRITE && spec.flag().stages().stream().anyMatch(MigrationStage::writesBoth);
	}

	private void checkComparable(Candidate candidate) {
		String reason = OneShot.reason(candidate.method());
		if (reason != null) {
			this.problems.add(new Problem("The results of a migrated read cannot be compared: it " + reason,
					candidate.where(),
					"Return a value that can be read twice (also in a CompletableFuture, Mono or Flux), or set migration.flags.%1$s.operations.%2$s.comparison.enabled=false"
						.formatted(candidate.key().flag(), candidate.key().operation())));
		}
	}

	/**
	 * Of such a write, nobody can wait for the end: the other side would be written while
	 * it may still fail.
	 */
	private static void warnOfUnfinished(Candidate candidate) {
		String reason = OneShot.unfinished(candidate.method());
		if (reason != null) {
			logger.warn(
					"The migrated write of {} {}: the second write begins when the method returns, not when its work "
							+ "is done, and also if that fails. Return CompletableFuture, Mono or Flux",
					candidate.where(), reason);
		}
	}

	private OperationExpressions expressions(Pair pair, Flag flag) {
		ArgumentsExpression context = first(compile(pair.oldSide(), "context"), compile(pair.newSide(), "context"));
		ArgumentsExpression key = first(compile(pair.oldSide(), "key"), compile(pair.newSide(), "key"));
		Mirror ofOld = mirror(pair.oldSide(), pair.newSide());
		Mirror ofNew = mirror(pair.newSide(), pair.oldSide());
		Consumer<String> failures = (source) -> this.engine.meters().flagError(flag.key(), source);
		return new OperationExpressions(context, flag.definition().context().kind(), key,
				(ofOld != null) ? ofOld : mirrorOfOther(pair.newSide(), pair.newSide()),
				(ofNew != null) ? ofNew : mirrorOfOther(pair.oldSide(), pair.oldSide()), failures);
	}

	private @Nullable ArgumentsExpression compile(Candidate side, String attribute) {
		MigrationMethod method = side.method();
		MigrationMethod.Source source = switch (attribute) {
			case "context" -> method.context();
			case "key" -> method.key();
			default -> method.mirror();
		};
		return this.compiler.compile(attribute, source, method, !"context".equals(attribute), side.where());
	}

	private static @Nullable ArgumentsExpression first(@Nullable ArgumentsExpression one,
			@Nullable ArgumentsExpression other) {
		return (one != null) ? one : other;
	}

	/**
	 * The mirror that the authoritative side names, for the arguments of the secondary.
	 */
	private @Nullable Mirror mirror(Candidate authority, Candidate secondary) {
		ArgumentsExpression expression = compile(authority, "mirror");
		if (expression == null) {
			return null;
		}
		if (expression.usesResult() && ResultKinds.of(authority.method()) == ResultKind.FLUX) {
			this.problems.add(new Problem(
					"The expression mirror = \"%s\" uses #result, but the elements of a Flux are not kept"
						.formatted(authority.method().mirror().expression()),
					authority.where(), "Mirror the arguments only, or return a Mono of a list"));
			return null;
		}
		int parameters = secondary.method().method().getParameterCount();
		int given = (expression.listSize() >= 0) ? expression.listSize() : 1;
		if (given != parameters) {
			this.problems.add(new Problem(
					"The expression mirror = \"%s\" gives %d argument(s) to a method with %d parameter(s)"
						.formatted(authority.method().mirror().expression(), given, parameters),
					authority.where(), "Write an inline list with one element per parameter: {#a0, #result.id}"));
			return null;
		}
		return Mirror.of(expression, secondary.method().method());
	}

	/**
	 * Where only the secondary side names a mirror, it holds in both directions.
	 */
	private @Nullable Mirror mirrorOfOther(Candidate naming, Candidate secondary) {
		return naming.method().mirror().isPresent() ? mirror(naming, secondary) : null;
	}

}
