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
		return Proxy.isProxyClass(type) || !Modifier.isFinal(type.getModifiers()) || needsInterfaceProxy(type);
	}

	/**
	 * Whether only a proxy of the interfaces will do.
	 */
	static boolean needsInterfaceProxy(Class<?> type) {
		return !Proxy.isProxyClass(type) && Modifier.isFinal(type.getModifiers())
				&& ClassUtils.getAllInterfacesForClass(type).length > 0;
	}

	/**
	 * Why calls of a method cannot be intercepted.
	 * @return the reason, or {@code null} if they can
	 */
	static @Nullable String obstacle(Method method, Class<?> targetClass) {
		if (!isProxyable(targetClass)) {
			return "its class is final and has no interface";
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
