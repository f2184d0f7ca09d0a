package dev.migrationflags.crash.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes connections on to a server, and cuts some: before a commit reaches the server,
 * or after the server has committed and before its client learns. Knows of the protocol
 * what these two look like.
 */
final class Proxy implements AutoCloseable {

	private static final List<String> REQUESTS = List.of("COMMIT", "insert into ", "delete from ", "update ");

	/**
	 * The tags of completed commands.
	 */
	private static final List<String> REPLIES = List.of("COMMIT\0", "INSERT 0 1\0", "DELETE 1\0", "UPDATE 1\0");

	private final ServerSocket socket;

	private final int target;

	private final AtomicInteger cuts = new AtomicInteger();

	private volatile int beforePercent;

	private volatile int afterPercent;

	Proxy(int target) throws IOException {
		this.target = target;
		this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
		thread(this::accept);
	}

	int port() {
		return this.socket.getLocalPort();
	}

	/**
	 * Cuts connections from now on.
	 * @param beforePercent of the writes, before they reach the server
	 * @param afterPercent of the replies to writes
	 */
	void cut(int beforePercent, int afterPercent) {
		this.beforePercent = beforePercent;
		this.afterPercent = afterPercent;
	}

	/**
	 * How often a connection was cut so far.
	 */
	int cuts() {
		return this.cuts.get();
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				thread(() -> connect(client));
			}
			catch (IOException ex) {
				// closed, or the client is gone already
			}
		}
	}

	private void connect(Socket client) {
		try {
			Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target);
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			thread(() -> pass(server, client, false));
			pass(client, server, true);
		}
		catch (IOException ex) {
			close(client);
		}
	}

	private void pass(Socket from, Socket to, boolean requests) {
		byte[] buffer = new byte[16384];
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
				int percent = requests ? this.beforePercent : this.afterPercent;
				if (percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent
						&& contains(buffer, count, requests ? REQUESTS : REPLIES)) {
					this.cuts.incrementAndGet();
					return;
				}
				output.write(buffer, 0, count);
			}
		}
		catch (IOException ex) {
			// the other thread has closed it, or somebody was killed
		}
		finally {
			close(from);
			close(to);
		}
	}

	private static boolean contains(byte[] buffer, int count, List<String> patterns) {
		String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
		return patterns.stream().anyMatch(text::contains);
	}

	private static void close(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// gone already
		}
	}

	private static void thread(Runnable task) {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
