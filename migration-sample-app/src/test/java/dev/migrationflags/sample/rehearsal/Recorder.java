package dev.migrationflags.sample.rehearsal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps everything that the dashboard and the endpoint send, streams included.
 */
public final class Recorder extends OncePerRequestFilter {

	private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !request.getRequestURI().contains("/migrations");
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ServletOutputStream out = response.getOutputStream();
		HttpServletResponse recorded = new HttpServletResponseWrapper(response) {

			@Override
			public void setHeader(String name, String value) {
				Recorder.this.sent.writeBytes((name + ": " + value + "\n").getBytes(StandardCharsets.UTF_8));
				super.setHeader(name, value);
			}

			@Override
			public ServletOutputStream getOutputStream() {
				return new Copy(out);
			}

		};
		chain.doFilter(new HttpServletRequestWrapper(request) {

			/** Or a stream would be written to what is wrapped here. */
			@Override
			public AsyncContext startAsync() {
				return startAsync(this, recorded);
			}

		}, recorded);
	}

	/**
	 * What was sent so far.
	 */
	String sent() {
		return this.sent.toString(StandardCharsets.UTF_8);
	}

	private final class Copy extends ServletOutputStream {

		private final ServletOutputStream out;

		Copy(ServletOutputStream out) {
			this.out = out;
		}

		@Override
		public void write(int b) throws IOException {
			Recorder.this.sent.write(b);
			this.out.write(b);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			Recorder.this.sent.write(bytes, offset, length);
			this.out.write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			this.out.flush();
		}

		@Override
		public boolean isReady() {
			return this.out.isReady();
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			this.out.setWriteListener(listener);
		}

	}

}
