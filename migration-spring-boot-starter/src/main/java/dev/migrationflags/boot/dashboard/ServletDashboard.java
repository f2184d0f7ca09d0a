package dev.migrationflags.boot.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import dev.migrationflags.engine.pool.DaemonThreads;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.HttpRequestHandler;

/**
 * The dashboard in a servlet container. Whoever watches has a thread of his own, so that
 * one with a slow connection keeps nobody waiting.
 */
final class ServletDashboard implements HttpRequestHandler, ApplicationListener<ContextClosedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(ServletDashboard.class);

	private static final String CSRF = "org.springframework.security.web.csrf.CsrfToken";

	private final ThreadFactory threads = DaemonThreads.virtual("migration-dashboard-");

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Dashboard dashboard;

	private final String path;

	/**
	 * Creates the dashboard.
	 * @param dashboard answers
	 * @param path its path, with a slash at its start only
	 */
	ServletDashboard(Dashboard dashboard, String path) {
		this.dashboard = dashboard;
		this.path = path;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		String uri = request.getRequestURI().substring(request.getContextPath().length());
		int start = uri.indexOf(this.path) + this.path.length();
		if (start == uri.length()) {
			// what the page refers to lies below it
			response.sendRedirect(request.getRequestURI() + "/");
			return;
		}
		String path = uri.substring(start + 1);
		switch (request.getMethod()) {
			case "GET", "HEAD" -> get(path, request, response);
			case "POST" -> write(post(path, request), response);
			default -> write(Reply.empty(405), response);
		}
	}

	private void get(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!path.equals("api/events")) {
			write(this.dashboard.get(path, csrf(request)), response);
			return;
		}
		Reply refused = this.dashboard.watch();
		if (refused != null) {
			write(refused, response);
			return;
		}
		String flag = request.getParameter("flag");
		headers(response, Reply.EVENTS, 200);
		AsyncContext async = request.startAsync();
		async.setTimeout(0);
		async.addListener(new Gone());
		this.threads.newThread(() -> watch(async, flag)).start();
	}

	private void watch(AsyncContext async, @Nullable String flag) {
		try {
			OutputStream out = async.getResponse().getOutputStream();
			do {
				out.write(this.dashboard.event(flag).getBytes(StandardCharsets.UTF_8));
				out.flush();
			}
			while (!this.closed.await(1, TimeUnit.SECONDS));
		}
		catch (IOException | IllegalStateException ex) {
			// the browser has gone
			logger.trace("A page stopped watching", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.warn("The dashboard could not show anything", ex);
		}
		finally {
			this.dashboard.unwatch();
			complete(async);
		}
	}

	private static void complete(AsyncContext async) {
		try {
			async.complete();
		}
		catch (RuntimeException ex) {
			logger.trace("The connection of a page was over already", ex);
		}
	}

	private Reply post(String path, HttpServletRequest request) throws IOException {
		String below = "api/flags/";
		if (!path.startsWith(below)) {
			return Reply.empty(404);
		}
		byte[] body = request.getInputStream().readNBytes(Dashboard.MAX_BODY + 1);
		return this.dashboard.post(path.substring(below.length()), request.getContentType(),
				request.getHeader("Sec-Fetch-Site"), request.getRemoteUser(), body);
	}

	/**
	 * The token is a class of Spring Security, which need not be there.
	 */
	private static @Nullable Csrf csrf(HttpServletRequest request) {
		Object token = request.getAttribute(CSRF);
		return (token != null) ? new Csrf(ask(token, "getHeaderName"), ask(token, "getToken")) : null;
	}

	private static String ask(Object token, String getter) {
		try {
			Class<?> type = Class.forName(CSRF, false, token.getClass().getClassLoader());
			Method method = type.getMethod(getter);
			return String.valueOf(method.invoke(token));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("The CSRF token of Spring Security cannot be read", ex);
		}
	}

	private static void write(Reply reply, HttpServletResponse response) throws IOException {
		headers(response, reply.contentType(), reply.status());
		response.setContentLength(reply.body().length);
		response.getOutputStream().write(reply.body());
	}

	private static void headers(HttpServletResponse response, String contentType, int status) {
		response.setStatus(status);
		response.setContentType(contentType);
		Reply.HEADERS.forEach(response::setHeader);
	}

	/**
	 * Streams end before the server waits for what is under way.
	 */
	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.closed.countDown();
	}

	/**
	 * A page that was left is no error to be shown to anybody.
	 */
	private static final class Gone implements AsyncListener {

		@Override
		public void onError(AsyncEvent event) {
			complete(event.getAsyncContext());
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			complete(event.getAsyncContext());
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

		@Override
		public void onComplete(AsyncEvent event) {
		}

	}

}
