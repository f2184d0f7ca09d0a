package dev.migrationflags.engine.comparison;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a run-time type: its form and, for objects, its fields. Found out once
 * per class.
 */
final class Type {

	private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

	private static final List<Type> JDK = Stream.of(Form.values())
		.map((form) -> new Type(form, Laziness.NONE, List.of(), false))
		.toList();

	static final Type NULL = of(Form.NULL);

	static final Type ABSENT = of(Form.ABSENT);

	/**
	 * For a class of the JDK the ordinal of its {@link Form}, for any other a
	 * {@link Type}: a class of the JDK must hold nothing of ours, or a class loader that
	 * is thrown away would stay.
	 */
	private static final ClassValue<Object> TYPES = new ClassValue<>() {

		@Override
		protected Object computeValue(Class<?> type) {
			return isJdk(type) ? (Object) jdkForm(type).ordinal() : describe(type);
		}

	};

	final Form form;

	final Laziness laziness;

	/**
	 * Whether the class has an equals of its own.
	 */
	final boolean ownEquals;

	/**
	 * Whether all fields are final.
	 */
	final boolean allFinal;

	/**
	 * Whether nothing that is reached from a value can change.
	 */
	final boolean immutable;

	private final Field[] fields;

	private final String[] names;

	private Type(Form form, Laziness laziness, List<Field> fields, boolean ownEquals) {
		this.form = form;
		this.laziness = laziness;
		this.ownEquals = ownEquals;
		this.fields = fields.toArray(Field[]::new);
		this.names = fields.stream().map((field) -> field.getName().intern()).toArray(String[]::new);
		this.allFinal = fields.stream().allMatch((field) -> Modifier.isFinal(field.getModifiers()));
		this.immutable = this.allFinal && fields.stream().allMatch((field) -> Leaves.isImmutable(field.getType()));
	}

	static Type of(Form form) {
		return JDK.get(form.ordinal());
	}

	static Type of(@Nullable Object value) {
		if (value == null) {
			return NULL;
		}
		if (value instanceof Node node) {
			return node.type();
		}
		Object type = TYPES.get(value.getClass());
		return (type instanceof Type described) ? described : JDK.get((Integer) type);
	}

	private static boolean isJdk(Class<?> type) {
		Class<?> component = type;
		while (component.isArray()) {
			component = component.getComponentType();
		}
		ClassLoader loader = component.getClassLoader();
		return loader == null || loader == PLATFORM;
	}

	private static Form jdkForm(Class<?> type) {
		Form form = Form.ofJdk(type);
		return (form != null) ? form : Form.LEAF;
	}

	private static Type describe(Class<?> type) {
		Laziness laziness = Laziness.of(type);
		if (laziness == Laziness.PROXY) {
			return new Type(Form.OBJECT, laziness, List.of(), false);
		}
		Form form = Form.ofJdk(type);
		if (form != null) {
			return new Type(form, laziness, List.of(), false);
		}
		if (Proxy.isProxyClass(type) || type.isHidden() || type.isSynthetic() || type.getName().startsWith("javax.")) {
			return of(Form.LEAF);
		}
		try {
			return new Type(Form.OBJECT, laziness, fields(type), hasOwnEquals(type));
		}
		catch (RuntimeException | LinkageError ex) {
			// Not open to us, or a field's class is missing
			return new Type(Form.LEAF, laziness, List.of(), false);
		}
	}

	private static List<Field> fields(Class<?> type) {
		Class<?> superclass = type.getSuperclass();
		List<Field> fields = (superclass != null && superclass != Object.class) ? fields(superclass)
				: new ArrayList<>();
		for (Field field : type.getDeclaredFields()) {
			if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()
					&& !field.getName().startsWith("$$_hibernate_")) {
				field.setAccessible(true);
				fields.add(field);
			}
		}
		return fields;
	}

	private static boolean hasOwnEquals(Class<?> type) {
		try {
			return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

	int size() {
		return this.fields.length;
	}

	String name(int index) {
		return this.names[index];
	}

	/**
	 * Reads a field of an object or of its node.
	 */
	@Nullable Object read(Object value, int index) {
		if (value instanceof Node.OfObject node) {
			return node.values()[index];
		}
		if (this.laziness == Laziness.ATTRIBUTES && Laziness.isMissing(value, this.names[index])) {
			return Node.ABSENT;
		}
		try {
			return this.fields[index].get(value);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
