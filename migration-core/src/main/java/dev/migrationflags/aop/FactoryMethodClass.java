package dev.migrationflags.aop;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;

/**
 * What a {@code @Bean} method makes that only tells an interface: the one class of that
 * type of which its code makes an instance. Who is old and who is new has to be known
 * before there are beans, lazy ones included.
 */
final class FactoryMethodClass {

	private FactoryMethodClass() {
	}

	/**
	 * Looks at the code of the method behind a bean definition.
	 * @param definition the definition
	 * @param declared what the method returns
	 * @param classLoader loads the class
	 * @return the class, or {@code null} if the code does not tell
	 */
	static @Nullable Class<?> find(BeanDefinition definition, Class<?> declared, @Nullable ClassLoader classLoader) {
		MethodMetadata factory = (definition instanceof AnnotatedBeanDefinition annotated)
				? annotated.getFactoryMethodMetadata() : null;
		ClassLoader loader = (classLoader != null) ? classLoader : ClassUtils.getDefaultClassLoader();
		if (factory == null || loader == null) {
			return null;
		}
		Set<Class<?>> made = new LinkedHashSet<>();
		try {
			for (String name : instances(factory, loader)) {
				Class<?> candidate = ClassUtils.forName(name, loader);
				if (declared.isAssignableFrom(candidate)) {
					made.add(candidate);
				}
			}
		}
		catch (IOException | ClassNotFoundException | LinkageError | IllegalArgumentException ex) {
			// no class file, or one that is too new: the bean itself will tell
			return null;
		}
		return (made.size() == 1) ? made.iterator().next() : null;
	}

	private static Set<String> instances(MethodMetadata factory, ClassLoader loader) throws IOException {
		String resource = ClassUtils.convertClassNameToResourcePath(factory.getDeclaringClassName()) + ".class";
		Set<String> names = new LinkedHashSet<>();
		try (InputStream code = loader.getResourceAsStream(resource)) {
			if (code != null) {
				new ClassReader(code).accept(new Instances(factory, names),
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		return names;
	}

	/**
	 * Collects the names of the classes of which a method makes instances.
	 */
	private static final class Instances extends ClassVisitor {

		private final MethodMetadata factory;

		private final Set<String> names;

		Instances(MethodMetadata factory, Set<String> names) {
			super(SpringAsmInfo.ASM_VERSION);
			this.factory = factory;
			this.names = names;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			boolean wanted = name.equals(this.factory.getMethodName())
					&& Type.getReturnType(descriptor).getClassName().equals(this.factory.getReturnTypeName());
			return wanted ? new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitTypeInsn(int opcode, String type) {
					if (opcode == Opcodes.NEW) {
						Instances.this.names.add(Type.getObjectType(type).getClassName());
					}
				}

			} : null;
		}

	}

}
