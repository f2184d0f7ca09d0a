package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.migrationflags.KeyedStore;
import dev.migrationflags.Migration;
import dev.migrationflags.MigrationOrigin;
import dev.migrationflags.MigrationRead;
import dev.migrationflags.MigrationWrite;
import dev.migrationflags.aop.MigrationClass.KeyedClass;
import dev.migrationflags.aop.MigrationMethod.Source;
import dev.migrationflags.engine.OperationType;
import dev.migrationflags.flags.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationConfigurationException;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Reads the annotations of each class once: on the method, on the interface method that
 * it implements, and as meta-annotations. What stands nearer to the method wins,
 * attribute by attribute.
 */
public final class MigrationClasses {

	private final Map<Class<?>, MigrationClass> classes = new ConcurrentHashMap<>();

	MigrationClass of(Class<?> targetClass) {
		Class<?> type = ClassUtils.getUserClass(targetClass);
		MigrationClass known = this.classes.get(type);
		if (known == null) {
			known = read(type);
			this.classes.put(type, known);
		}
		return known;
	}

	private static MigrationClass read(Class<?> type) {
		if (!isCandidate(type)) {
			return new MigrationClass(type, Map.of(), null, List.of());
		}
		List<Problem> problems = new ArrayList<>();
		Migration onType = onType(type, problems);
		Collection<MigrationMethod> methods = MethodIntrospector
			.selectMethods(type, (MethodIntrospector.MetadataLookup<MigrationMethod>) (method) -> {
				try {
					return read(method, type, onType, problems);
				}
				catch (AnnotationConfigurationException ex) {
					problems.add(unreadable(where(method, type), ex));
					return null;
				}
			})
			.values();
		KeyedClass keyed = (onType != null && KeyedStore.class.isAssignableFrom(type))
				? new KeyedClass(onType.flag(), onType.origin()) : null;
		if (methods.isEmpty() && keyed == null && onType != null && problems.isEmpty()) {
			problems.add(new Problem(
					"The type is the %s side of flag '%s', and has no migrated method".formatted(onType.origin().key(),
							onType.flag()),
					"class " + type.getName(),
					"Annotate its methods with @MigrationRead or @MigrationWrite, or let it implement KeyedStore"));
		}
		return new MigrationClass(type, MigrationClass.distinct(methods), keyed, problems.stream().distinct().toList());
	}

	/**
	 * Leaves out the container's own classes, as Spring does when it looks for event
	 * listeners.
	 */
	private static boolean isCandidate(Class<?> type) {
		return AnnotationUtils.isCandidateClass(type, List.of(MigrationRead.class, MigrationWrite.class))
				&& (!type.getName().startsWith("org.springframework.")
						|| MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(Component.class));
	}

	private static @Nullable Migration onType(Class<?> type, List<Problem> problems) {
		try {
			MergedAnnotation<Migration> annotation = MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY)
				.get(Migration.class);
			return annotation.isPresent() ? annotation.synthesize() : null;
		}
		catch (AnnotationConfigurationException ex) {
			problems.add(unreadable("class " + type.getName(), ex));
			return null;
		}
	}

	private static @Nullable MigrationMethod read(Method method, Class<?> type, @Nullable Migration onType,
			List<Problem> problems) {
		MethodAnnotations annotations = new MethodAnnotations(method, type);
		List<MergedAnnotation<MigrationRead>> reads = annotations.of(MigrationRead.class);
		List<MergedAnnotation<MigrationWrite>> writes = annotations.of(MigrationWrite.class);
		if (reads.isEmpty() && writes.isEmpty()) {
			return null;
		}
		if (!reads.isEmpty() && !writes.isEmpty()) {
			problems.add(new Problem("A method is both a read and a write of a migration", where(method, type),
					"Keep one of @MigrationRead and @MigrationWrite"));
			return null;
		}
		return reads.isEmpty() ? read(method, type, OperationType.WRITE, writes, onType, problems)
				: read(method, type, OperationType.READ, reads, onType, problems);
	}

	private static MigrationMethod read(Method method, Class<?> type, OperationType operationType,
			List<? extends MergedAnnotation<?>> found, @Nullable Migration onType, List<Problem> problems) {
		String flag = first(found, "flag", method).expression();
		if (flag.isEmpty() && onType != null) {
			flag = onType.flag();
		}
		String operation = first(found, "operation", method).expression();
		return new MigrationMethod(operationType, flag.isEmpty() ? null : flag,
				origin(found, onType, where(method, type), problems),
				operation.isEmpty() ? method.getName() : operation, first(found, "context", method),
				first(found, "key", method),
				(operationType == OperationType.READ) ? new Source("", method) : first(found, "mirror", method), method,
				type, (onType != null) ? onType.transactionManager() : "",
				found.stream().allMatch((annotation) -> onInterfaceOf(annotation, type)));
	}

	private static String where(Method method, Class<?> type) {
		return "method %s.%s".formatted(type.getSimpleName(), method.getName());
	}

	private static @Nullable MigrationOrigin origin(List<? extends MergedAnnotation<?>> annotations,
			@Nullable Migration onType, String where, List<Problem> problems) {
		for (MergedAnnotation<?> annotation : annotations) {
			MigrationOrigin[] origins = annotation.getEnumArray("origin", MigrationOrigin.class);
			if (origins.length > 1) {
				problems.add(new Problem("A method cannot be both sides of a migration", where,
						"Name one origin, OLD or NEW"));
			}
			if (origins.length > 0) {
				return origins[0];
			}
		}
		return (onType != null) ? onType.origin() : null;
	}

	private static Source first(List<? extends MergedAnnotation<?>> annotations, String attribute, Method method) {
		for (MergedAnnotation<?> annotation : annotations) {
			String value = annotation.getString(attribute);
			if (!value.isEmpty()) {
				return new Source(value, (annotation.getSource() instanceof Method source) ? source : method);
			}
		}
		return new Source("", method);
	}

	private static boolean onInterfaceOf(MergedAnnotation<?> annotation, Class<?> type) {
		return annotation.getSource() instanceof Method source && source.getDeclaringClass().isInterface()
				&& source.getDeclaringClass() != type;
	}

	private static Problem unreadable(String where, AnnotationConfigurationException ex) {
		return new Problem("An annotation of a migration contradicts itself: " + ex.getMessage(), where,
				"Give 'value' or 'flag', not both with different flags");
	}

}
