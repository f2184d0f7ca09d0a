import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The protocol of dual writes, small enough to try everything that can happen: one key,
 * some writers, repairers and changes of authority, in every order, with failures,
 * crashes and pauses at every step. Run it before the protocol is changed, and change it
 * first:
 *
 * <pre>java docs/model/Marks.java [--all] [--trace name]</pre>
 *
 * Each line is one experiment: what it allows, and whether the protocol holds. Those
 * that take a part of the protocol away have to break, else the model could not see what
 * that part is for. The exit code says whether all came out as expected.
 *
 * What is modelled: a transaction of the mark tables is one step; so is the look at the
 * clock together with the statement behind it. A process that takes no step is paused.
 * Any registration may be past its deadline at any time; its owner's own clock then says
 * late. What is checked in every state: LOSS, the authority shows nothing older than an
 * acknowledged write; and in every quiet state: CONV, without a mark the sides are equal.
 */
public final class Marks {

	/** What an experiment takes away from the protocol, or adds to the world. */
	enum Change {

		/** The caller gets its value before the registration is taken away. */
		FINISH_LATER,
		/** The flip waits for everything that began before it; begin looks at nothing. */
		DRAIN,
		/** No mark at all: failures are counted, and refuse the flip. */
		COUNTED,
		/** A first write that fails has not landed. */
		FAILS_CLEANLY,
		/** Nobody marks anything. */
		NO_MARK,
		/** The mark is written once the second write has failed. */
		MARK_AFTER_FAILURE,
		/** Repair writes the value that the mark's writer had, instead of copying. */
		REPLAY,
		/** Whoever finishes deletes the mark without looking. */
		BLIND_FINISH,
		/** Whoever finishes deletes the mark although another has created it. */
		NOT_CREATOR,
		/** The stage is asked for again before the second write. */
		STAGE_TWICE,
		/** The flip looks at nothing. */
		NO_GATE,
		/** The flip looks at marks, begin does not look at the epoch. */
		NO_EPOCH,
		/** A restart begins with the first authority. */
		STAGE_FORGOTTEN,
		/** Repair reads the stage before it registers. */
		STAGE_FIRST,
		/** Repair does not register. */
		ANONYMOUS_REPAIR,
		/** No look at the clock before the authoritative write. */
		NO_CLOCK_FIRST,
		/** No look at the clock before the second write. */
		NO_CLOCK_SECOND,
		/** Acknowledged although the registration is gone and the clock has said late. */
		ACKNOWLEDGE_LATE

	}

	record Experiment(String name, boolean holds, boolean quick, int writers, int repairers, int failures, int crashes,
			int flips, Set<Change> changes) {

		static Experiment holds(String name, boolean quick, int writers, int repairers, int failures, int crashes,
				int flips, Change... changes) {
			return new Experiment(name, true, quick, writers, repairers, failures, crashes, flips, set(changes));
		}

		static Experiment breaks(String name, int repairers, int failures, int crashes, int flips, Change... changes) {
			return new Experiment(name, false, true, 2, repairers, failures, crashes, flips, set(changes));
		}

		private static Set<Change> set(Change... changes) {
			Set<Change> set = EnumSet.noneOf(Change.class);
			set.addAll(Arrays.asList(changes));
			return set;
		}

	}

	static final List<Experiment> EXPERIMENTS = List.of(
			Experiment.holds("two writers, one repair, one failure, one crash", true, 2, 1, 1, 1, 0),
			Experiment.holds("the same, the answer before the finish", true, 2, 1, 1, 1, 0, Change.FINISH_LATER),
			Experiment.holds("two repairs", true, 2, 2, 1, 0, 0),
			Experiment.holds("a flip, one failure", true, 2, 1, 1, 0, 1),
			Experiment.holds("a flip, one crash", true, 2, 1, 0, 1, 1),
			Experiment.holds("a flip that drains, one failure", true, 2, 1, 1, 0, 1, Change.DRAIN),
			Experiment.holds("a flip that drains, the answer before the finish", true, 2, 1, 1, 0, 1, Change.DRAIN,
					Change.FINISH_LATER),
			Experiment.holds("a flip there and back", true, 2, 1, 1, 0, 2),
			Experiment.holds("a flip, one failure and one crash", false, 2, 1, 1, 1, 1),
			Experiment.holds("a flip there and back, one failure and one crash", false, 2, 1, 1, 1, 2),
			Experiment.holds("a flip that drains, one failure and one crash", false, 2, 1, 1, 1, 1, Change.DRAIN,
					Change.FINISH_LATER),
			Experiment.holds("three writers", false, 3, 1, 0, 0, 0),
			Experiment.holds("two repairs, one failure and one crash", false, 2, 2, 1, 1, 0),
			Experiment.holds("counted, one writer, one failure, a flip", true, 1, 0, 1, 0, 1, Change.COUNTED,
					Change.DRAIN, Change.FAILS_CLEANLY),
			Experiment.breaks("counted, the first write fails and has landed", 0, 1, 0, 0, Change.COUNTED,
					Change.DRAIN),
			Experiment.breaks("counted, one crash", 0, 0, 1, 0, Change.COUNTED, Change.DRAIN),
			Experiment.breaks("counted, two writers of one key", 0, 0, 0, 0, Change.COUNTED, Change.DRAIN),
			Experiment.breaks("no mark", 1, 1, 0, 0, Change.NO_MARK),
			Experiment.breaks("mark after the failure", 1, 0, 1, 0, Change.MARK_AFTER_FAILURE),
			Experiment.breaks("replay of what was written", 1, 1, 0, 0, Change.REPLAY),
			Experiment.breaks("mark deleted without looking", 1, 1, 0, 0, Change.BLIND_FINISH),
			Experiment.breaks("mark deleted by one who did not create it", 1, 1, 0, 0, Change.NOT_CREATOR),
			Experiment.breaks("stage asked twice", 1, 0, 0, 1, Change.STAGE_TWICE, Change.NO_EPOCH),
			Experiment.breaks("flip without gate", 1, 1, 0, 1, Change.NO_GATE),
			Experiment.breaks("flip that looks at rows only", 1, 0, 0, 1, Change.NO_EPOCH),
			Experiment.breaks("stage forgotten at a restart", 1, 0, 1, 1, Change.STAGE_FORGOTTEN),
			Experiment.breaks("repair that reads the stage first", 1, 0, 0, 1, Change.STAGE_FIRST),
			Experiment.breaks("repair that does not register", 2, 0, 0, 0, Change.ANONYMOUS_REPAIR),
			Experiment.breaks("no look at the clock before the first write", 1, 0, 1, 0, Change.NO_CLOCK_FIRST),
			Experiment.breaks("no look at the clock before the second write", 1, 0, 1, 0, Change.NO_CLOCK_SECOND),
			Experiment.breaks("acknowledged although late", 1, 0, 0, 1, Change.ACKNOWLEDGE_LATE, Change.NO_CLOCK_FIRST));

	// where a writer, a repair and the mover are

	static final int IDLE = 0, PINNED = 1, BEGUN = 2, WRITTEN = 3, SECOND = 4, OVER = 5;

	static final int CLAIMED = 1, STAGED = 2, READ = 3, COPIED = 4, LOOKED = 5;

	private final Experiment experiment;

	private final int writers;

	private int bits;

	// one key on two sides, its mark, the flag's row, and what is known of the world
	private final Field[] side = { field(2), field(2) };

	private final Field mark = field(1), markId = field(3), markValue = field(2), registered = field(5);

	private final Field authority = field(1), epoch = field(2), hold = field(1);

	private final Field crashes = field(1), failures = field(1), counted = field(1);

	private final Field acknowledged = field(3), known = field(3), started = field(2);

	private final Field[] before = { field(3), field(3), field(3) };

	private final Writer[] writer = { new Writer(0), new Writer(1), new Writer(2) };

	private final Repair[] repair = { new Repair(3), new Repair(4) };

	private final States states = new States();

	private long[] state = new long[2];

	private String broken = "";

	private final StringBuilder action = new StringBuilder();

	Marks(Experiment experiment) {
		this.experiment = experiment;
		this.writers = experiment.writers();
		if (this.bits > 128) {
			throw new IllegalStateException("too many bits: " + this.bits);
		}
	}

	private Field field(int width) {
		if (this.bits < 64 && this.bits + width > 64) {
			this.bits = 64;
		}
		Field field = new Field(this.bits >> 6, this.bits & 63, (1L << width) - 1);
		this.bits += width;
		return field;
	}

	record Field(int word, int shift, long mask) {
	}

	private int get(Field field) {
		return (int) ((this.state[field.word()] >>> field.shift()) & field.mask());
	}

	private void set(Field field, int value) {
		this.state[field.word()] = (this.state[field.word()] & ~(field.mask() << field.shift()))
				| ((value & field.mask()) << field.shift());
	}

	private void add(Field field, int id) {
		set(field, get(field) | (1 << id));
	}

	private void remove(Field field, int id) {
		set(field, get(field) & ~(1 << id));
	}

	private boolean has(Field field, int id) {
		return (get(field) >> id & 1) == 1;
	}

	private boolean with(Change change) {
		return this.experiment.changes().contains(change);
	}

	private boolean marks() {
		return !with(Change.NO_MARK) && !with(Change.COUNTED);
	}

	// what a step may do

	private void put(int at, int value) {
		set(this.side[at], value);
		if (at == get(this.authority) && value != 0) {
			add(this.known, value - 1);
		}
	}

	/** A statement that fails may have landed all the same. */
	private boolean mayFail() {
		return get(this.failures) < this.experiment.failures();
	}

	private boolean mayCrash() {
		return get(this.crashes) < this.experiment.crashes();
	}

	private boolean inTime(int id) {
		return !marks() || with(Change.MARK_AFTER_FAILURE) || has(this.registered, id);
	}

	private void mark(int id, int value) {
		set(this.mark, 1);
		set(this.markId, id);
		set(this.markValue, value);
	}

	private void unmark() {
		set(this.mark, 0);
		set(this.markId, 0);
		set(this.markValue, 0);
	}

	/** One write of the caller. */
	private final class Writer {

		final int id;

		final Field at = field(3), source = field(1), pinned = field(2);

		final Field created = field(1), wrote = field(1), ok = field(1), tried = field(1), inTime = field(1);

		Writer(int id) {
			this.id = id;
		}

		int value() {
			return this.id + 1;
		}

		void steps() {
			switch (get(this.at)) {
				case IDLE -> call();
				case PINNED -> begin();
				case BEGUN -> first();
				case WRITTEN -> second();
				case SECOND -> {
					finish();
					outOfReach();
				}
				default -> {
				}
			}
			if (get(this.at) > PINNED && get(this.at) < OVER && mayCrash()) {
				step("writer %d dies".formatted(this.id), () -> {
					set(crashes, get(crashes) + 1);
					end();
					if (with(Change.STAGE_FORGOTTEN)) {
						set(authority, 0);
						}
				});
			}
		}

		private void call() {
			if (get(started) == this.id) {
				step("writer %d is called".formatted(this.id), () -> {
					set(started, this.id + 1);
					set(before[this.id], get(known));
					set(this.at, PINNED);
					pin();
				});
			}
		}

		private void pin() {
			set(this.source, get(authority));
			set(this.pinned, get(epoch));
		}

		private void begin() {
			if (get(hold) == 1 && !with(Change.NO_GATE)) {
				return;
			}
			boolean current = get(this.pinned) == get(epoch);
			if (!current && !with(Change.NO_EPOCH) && !with(Change.NO_GATE)) {
				step("writer %d pins anew".formatted(this.id), this::pin);
				return;
			}
			step("writer %d begins".formatted(this.id), () -> {
				if (marks() && !with(Change.MARK_AFTER_FAILURE)) {
					add(registered, this.id);
					set(this.created, 1 - get(mark));
					Marks.this.mark(this.id, value());
				}
				set(this.at, BEGUN);
			});
		}

		private void first() {
			if (inTime(this.id) || with(Change.NO_CLOCK_FIRST)) {
				step("writer %d writes the first side".formatted(this.id), () -> {
					put(get(this.source), value());
					set(this.tried, 1);
					set(this.wrote, 1);
					set(this.at, WRITTEN);
					if (inTime(this.id) || with(Change.ACKNOWLEDGE_LATE)) {
						set(this.inTime, 1);
						if (with(Change.FINISH_LATER)) {
							add(known, this.id);
							add(acknowledged, this.id);
						}
					}
					else {
						set(this.at, SECOND);
					}
				});
				if (mayFail()) {
					step("the first write of writer %d fails".formatted(this.id), () -> failed(SECOND));
					if (!with(Change.FAILS_CLEANLY)) {
						step("the first write of writer %d fails, and has landed".formatted(this.id), () -> {
							put(get(this.source), value());
							failed(SECOND);
						});
					}
				}
			}
			if (marks() && !with(Change.MARK_AFTER_FAILURE)) {
				step("writer %d is late".formatted(this.id), () -> {
					set(this.ok, 1);
					set(this.at, SECOND);
				});
			}
		}

		private void failed(int next) {
			set(failures, get(failures) + 1);
			set(this.tried, 1);
			set(this.at, next);
			if (with(Change.COUNTED) && get(this.wrote) == 1) {
				set(counted, 1);
			}
		}

		private void second() {
			int other = 1 - (with(Change.STAGE_TWICE) ? get(authority) : get(this.source));
			if (inTime(this.id) || with(Change.NO_CLOCK_SECOND)) {
				step("writer %d writes the second side".formatted(this.id), () -> {
					put(other, value());
					set(this.ok, 1);
					set(this.at, SECOND);
				});
				if (mayFail()) {
					step("the second write of writer %d fails".formatted(this.id), () -> failed(SECOND));
					step("the second write of writer %d fails, and has landed".formatted(this.id), () -> {
						put(other, value());
						failed(SECOND);
					});
				}
			}
			if (marks() && !with(Change.MARK_AFTER_FAILURE)) {
				step("writer %d is late for the second side".formatted(this.id), () -> set(this.at, SECOND));
			}
		}

		private void finish() {
			step("writer %d finishes".formatted(this.id), () -> {
				boolean gone = marks() && !with(Change.MARK_AFTER_FAILURE) && !has(registered, this.id);
				remove(registered, this.id);
				boolean mine = get(this.created) == 1 || with(Change.NOT_CREATOR) || with(Change.BLIND_FINISH);
				boolean last = get(markId) == this.id || with(Change.BLIND_FINISH);
				if (with(Change.MARK_AFTER_FAILURE) && get(this.wrote) == 1 && get(this.ok) == 0) {
					Marks.this.mark(this.id, value());
				}
				else if (!gone && mine && last && get(this.ok) == 1 && get(mark) == 1) {
					unmark();
				}
				else if (gone && get(this.tried) == 1) {
					Marks.this.mark(this.id, value());
				}
				if (get(this.wrote) == 1 && (!gone || with(Change.ACKNOWLEDGE_LATE))) {
					add(acknowledged, this.id);
				}
				end();
			});
		}

		/** Answered by the clock, as it was after the first write; tried again until it can. */
		private void outOfReach() {
			if (!marks() || with(Change.MARK_AFTER_FAILURE) || !mayFail()) {
				return;
			}
			step("the finish of writer %d cannot reach the tables".formatted(this.id), () -> {
				set(failures, get(failures) + 1);
				add(known, this.id);
				if (get(this.wrote) == 1 && get(this.inTime) == 1) {
					add(acknowledged, this.id);
				}
				set(this.wrote, 0);
			});
		}

		private void end() {
			add(known, this.id);
			List.of(this.source, this.pinned, this.created, this.wrote, this.ok, this.tried, this.inTime)
				.forEach((field) -> set(field, 0));
			set(this.at, OVER);
		}

	}

	/** One that repairs the key, again and again. */
	private final class Repair {

		final int id;

		final Field at = field(3), source = field(1), value = field(2), ok = field(1), tried = field(1);

		Repair(int id) {
			this.id = id;
		}

		void steps() {
			switch (get(this.at)) {
				case IDLE -> look();
				case LOOKED -> claim();
				case CLAIMED -> step("repair %d reads the stage".formatted(this.id), () -> {
					if (!with(Change.STAGE_FIRST)) {
						set(this.source, get(authority));
					}
					set(this.at, STAGED);
				});
				case STAGED -> step("repair %d reads the key".formatted(this.id), () -> {
					set(this.value, with(Change.REPLAY) ? get(markValue) : get(side[get(this.source)]));
					set(this.at, READ);
				});
				case READ -> copy();
				case COPIED -> finish();
				default -> {
				}
			}
			if (get(this.at) > IDLE && get(this.at) < LOOKED && mayCrash()) {
				step("repair %d dies".formatted(this.id), () -> {
					set(crashes, get(crashes) + 1);
					end();
				});
			}
		}

		private void look() {
			if (get(mark) == 0) {
				return;
			}
			if (with(Change.STAGE_FIRST)) {
				step("repair %d reads the stage too early".formatted(this.id), () -> {
					set(this.source, get(authority));
					set(this.at, LOOKED);
				});
			}
			else {
				claim();
			}
		}

		private void claim() {
			if (get(mark) == 0) {
				return;
			}
			step("repair %d claims, all others being past their deadline".formatted(this.id), () -> {
				if (with(Change.MARK_AFTER_FAILURE) || !with(Change.ANONYMOUS_REPAIR)) {
					set(registered, 0);
					add(registered, this.id);
					set(markId, this.id);
				}
				set(this.at, CLAIMED);
			});
		}

		private void copy() {
			if (has(registered, this.id) || with(Change.ANONYMOUS_REPAIR)) {
				step("repair %d writes the other side".formatted(this.id), () -> {
					put(1 - get(this.source), get(this.value));
					set(this.ok, 1);
					set(this.tried, 1);
					set(this.at, COPIED);
				});
				if (mayFail()) {
					step("the write of repair %d fails".formatted(this.id), () -> {
						set(failures, get(failures) + 1);
						set(this.tried, 1);
						set(this.at, COPIED);
					});
				}
			}
			step("repair %d is late".formatted(this.id), () -> set(this.at, COPIED));
		}

		private void finish() {
			step("repair %d finishes".formatted(this.id), () -> {
				boolean gone = !has(registered, this.id) && !with(Change.ANONYMOUS_REPAIR);
				remove(registered, this.id);
				boolean last = get(markId) == this.id || with(Change.ANONYMOUS_REPAIR);
				if (!gone && last && get(this.ok) == 1 && get(mark) == 1) {
					if (with(Change.ANONYMOUS_REPAIR)) {
						set(registered, 0);
					}
					unmark();
				}
				else if (gone && get(this.tried) == 1) {
					Marks.this.mark(this.id, get(this.value));
				}
				end();
			});
		}

		private void end() {
			List.of(this.at, this.source, this.value, this.ok, this.tried).forEach((field) -> set(field, 0));
		}

	}

	private void move() {
		if (get(this.epoch) >= this.experiment.flips()) {
			return;
		}
		if (get(this.hold) == 0) {
			step("a flip is announced", () -> set(this.hold, 1));
			return;
		}
		boolean clear = get(this.mark) == 0 && get(this.counted) == 0;
		if (with(Change.DRAIN)) {
			for (int index = 0; index < this.writers; index++) {
				int at = get(this.writer[index].at);
				clear &= at <= PINNED || at == OVER;
			}
		}
		if (clear || with(Change.NO_GATE)) {
			step("the authority changes", () -> {
				set(this.authority, 1 - get(this.authority));
				set(this.epoch, get(this.epoch) + 1);
				set(this.hold, 0);
			});
		}
		if (get(this.counted) == 1) {
			step("the flip is refused", () -> {
				set(this.hold, 0);
				set(this.epoch, this.experiment.flips());
			});
		}
	}

	// the search

	private int from;

	private long[] origin = new long[2];

	private void step(String name, Runnable effect) {
		long[] saved = this.state;
		this.state = this.origin.clone();
		effect.run();
		this.states.add(this.state[0], this.state[1], this.from, name);
		this.state = saved;
	}

	private String violation() {
		for (int index = 0; index < this.writers; index++) {
			int shown = get(this.side[get(this.authority)]);
			if (has(this.acknowledged, index) && (shown == 0 || has(this.before[index], shown - 1))) {
				return "LOSS: write " + index + " was acknowledged, and the authority shows an older one";
			}
		}
		boolean quiet = get(this.started) == this.writers && get(this.mark) == 0 && get(this.hold) == 0;
		for (int index = 0; index < this.writers; index++) {
			quiet &= get(this.writer[index].at) == OVER;
		}
		for (Repair one : this.repair) {
			quiet &= get(one.at) == IDLE || get(one.at) == LOOKED;
		}
		boolean told = with(Change.COUNTED) && get(this.counted) == 1;
		if (quiet && !told && get(this.side[0]) != get(this.side[1])) {
			return "CONV: all is quiet, nothing is marked, and the sides differ";
		}
		return "";
	}

	/** Tries everything. */
	boolean run() {
		this.states.add(0, 0, -1, "");
		for (this.from = 0; this.from < this.states.size(); this.from++) {
			this.origin = new long[] { this.states.low(this.from), this.states.high(this.from) };
			this.state = this.origin.clone();
			this.broken = violation();
			if (!this.broken.isEmpty()) {
				return false;
			}
			for (int index = 0; index < this.writers; index++) {
				this.writer[index].steps();
			}
			for (int index = 0; index < this.experiment.repairers(); index++) {
				this.repair[index].steps();
			}
			move();
		}
		return true;
	}

	private void printTrace() {
		Deque<String> trace = new ArrayDeque<>();
		for (int at = this.from; at > 0; at = this.states.parent(at)) {
			trace.push(this.states.name(at));
		}
		trace.forEach((line) -> System.out.println("    " + line));
		System.out.println("    " + this.broken);
	}

	public static void main(String[] arguments) {
		List<String> given = List.of(arguments);
		boolean all = given.contains("--all");
		int traced = given.indexOf("--trace") + 1;
		List<String> wrong = new ArrayList<>();
		for (Experiment experiment : EXPERIMENTS) {
			boolean trace = traced > 0 && traced < given.size() && experiment.name().equals(given.get(traced));
			if (!experiment.quick() && !all && !trace) {
				continue;
			}
			Marks marks = new Marks(experiment);
			boolean holds = marks.run();
			System.out.printf("%-62s %-7s %,12d states%n", experiment.name(), holds ? "holds" : "breaks",
					marks.states.size());
			if (holds != experiment.holds()) {
				wrong.add(experiment.name());
			}
			if (trace || (!holds && experiment.holds())) {
				marks.printTrace();
			}
		}
		System.out.println(wrong.isEmpty() ? "as expected" : "NOT as expected: " + wrong);
		System.exit(wrong.isEmpty() ? 0 : 1);
	}

	/** The states that were met, in the order in which they were, and how. */
	private static final class States {

		private long[] low = new long[1 << 16];

		private long[] high = new long[1 << 16];

		private int[] parent = new int[1 << 16];

		private byte[] names = new byte[1 << 16];

		private final List<String> known = new ArrayList<>();

		private int[] table = new int[1 << 18];

		private int size;

		int size() {
			return this.size;
		}

		long low(int index) {
			return this.low[index];
		}

		long high(int index) {
			return this.high[index];
		}

		int parent(int index) {
			return this.parent[index];
		}

		String name(int index) {
			return this.known.get(this.names[index] & 255);
		}

		void add(long low, long high, int parent, String name) {
			int slot = slot(low, high);
			if (this.table[slot] != 0) {
				return;
			}
			if (this.size == this.low.length) {
				int room = this.size * 2;
				this.low = Arrays.copyOf(this.low, room);
				this.high = Arrays.copyOf(this.high, room);
				this.parent = Arrays.copyOf(this.parent, room);
				this.names = Arrays.copyOf(this.names, room);
			}
			this.low[this.size] = low;
			this.high[this.size] = high;
			this.parent[this.size] = parent;
			int index = this.known.indexOf(name);
			if (index < 0) {
				index = this.known.size();
				this.known.add(name);
			}
			this.names[this.size] = (byte) index;
			this.table[slot] = ++this.size;
			if (this.size * 3L > this.table.length) {
				rehash();
			}
		}

		private int slot(long low, long high) {
			long hash = (low * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(high * 0xC2B2AE3D27D4EB4FL, 31);
			hash ^= hash >>> 32;
			int slot = (int) (hash * 0x9E3779B97F4A7C15L >>> 32) & (this.table.length - 1);
			while (this.table[slot] != 0) {
				int index = this.table[slot] - 1;
				if (this.low[index] == low && this.high[index] == high) {
					return slot;
				}
				slot = (slot + 1) & (this.table.length - 1);
			}
			return slot;
		}

		private void rehash() {
			this.table = new int[this.table.length * 2];
			for (int index = 0; index < this.size; index++) {
				this.table[slot(this.low[index], this.high[index])] = index + 1;
			}
		}

	}

}
