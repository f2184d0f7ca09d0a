package dev.migrationflags.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * What a proxy can intercept.
 */
final class Interceptable {

	private Interceptable() {
	}

	/**
	 * Whether Spring can make a proxy of a class: a subclass, or one of its interfaces.
	 */
	static boolean isProxyable(Class<?> type) {
		return Proxy.isProxyClass(type) || !isClosed(type) || needsInterfaceProxy(type);
	}

	/**
	 * Whether only a proxy of the interfaces will do.
	 */
	static boolean needsInterfaceProxy(Class<?> type) {
		return !Proxy.isProxyClass(type) && isClosed(type) && ClassUtils.getAllInterfacesForClass(type).length > 0;
	}

	private static boolean isClosed(Class<?> type) {
		return Modifier.isFinal(type.getModifiers()) || (type.isSealed() && !type.isInterface());
	}

	/**
	 * Whether a class is what only an interface proxy can be made of.
	 */
	static boolean isInterfaceOrProxy(Class<?> type) {
		return type.isInterface() || Proxy.isProxyClass(type);
	}

	/**
	 * Whether a method can be called through an interface of the class.
	 */
	static boolean isOnInterface(Method method, Class<?> type) {
		return method.getDeclaringClass().isInterface() || !MethodAnnotations.implemented(method, type).isEmpty();
	}

	/**
	 * Why calls of a method cannot be intercepted.
	 * @return the reason, or {@code null} if they can
	 */
	static @Nullable String obstacle(Method method, Class<?> targetClass) {
		if (!isProxyable(targetClass)) {
			return "its class is final or sealed and has no interface";
		}
		if (needsInterfaceProxy(targetClass) && !isOnInterface(method, targetClass)) {
			return "its class is final or sealed and none of its interfaces has it";
		}
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			return "it is static";
		}
		if (Modifier.isPrivate(modifiers)) {
			return "it is private";
		}
		if (Modifier.isFinal(modifiers) && !Proxy.isProxyClass(targetClass) && !needsInterfaceProxy(targetClass)) {
			return "it is final";
		}
		return null;
	}

}
