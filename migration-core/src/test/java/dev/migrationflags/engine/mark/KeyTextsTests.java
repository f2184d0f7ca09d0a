package dev.migrationflags.engine.mark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.migrationflags.KeyCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class KeyTextsTests {

	private static final UUID ID = UUID.fromString("0f9c2c7e-5d0a-4a52-8f3a-6f1e1c6b7a10");

	static Stream<Arguments> keys() {
		return Stream.of(arguments(String.class, "a b/ü😀", "a b/ü😀"), arguments(String.class, "", ""),
				arguments(Long.class, 5L, "5"), arguments(Integer.class, -5, "-5"),
				arguments(Short.class, (short) 5, "5"), arguments(Byte.class, (byte) 5, "5"),
				arguments(BigInteger.class, BigInteger.TEN.pow(30), "1" + "0".repeat(30)),
				arguments(BigDecimal.class, new BigDecimal("1.5"), "1.5"), arguments(Double.class, 0.1, "0.1"),
				arguments(Float.class, 0.1f, "0.1"), arguments(UUID.class, ID, ID.toString()),
				arguments(TimeUnit.class, TimeUnit.DAYS, "DAYS"));
	}

	@ParameterizedTest
	@MethodSource("keys")
	void aKeyIsWrittenAndReadAgain(Class<?> type, Object key, String text) {
		assertThat(of(type).encode(key)).isEqualTo(text);
		assertThat(of(type).decode(text)).isEqualTo(key).isInstanceOf(type);
	}

	static Stream<Arguments> alike() {
		return Stream.of(arguments(Long.class, 5L, 5), arguments(Long.class, 5L, (short) 5),
				arguments(Long.class, 5L, BigInteger.valueOf(5)), arguments(Long.class, 5L, new BigDecimal("5.00")),
				arguments(Integer.class, 100, new BigDecimal("1E+2")), arguments(BigInteger.class, BigInteger.TWO, 2),
				arguments(BigDecimal.class, new BigDecimal("1.50"), 1.5),
				arguments(BigDecimal.class, new BigDecimal("0.00"), 0),
				arguments(BigDecimal.class, new BigDecimal("100"), new BigDecimal("1E+2")),
				arguments(Double.class, 0.0, -0.0), arguments(String.class, "a", new StringBuilder("a")));
	}

	@ParameterizedTest
	@MethodSource("alike")
	void equalKeysHaveOneText(Class<?> type, Object one, Object other) {
		assertThat(of(type).encode(other)).isEqualTo(of(type).encode(one));
	}

	static Stream<Arguments> strangers() {
		return Stream.of(arguments(Long.class, "5"), arguments(Long.class, new BigDecimal("5.5")),
				arguments(Long.class, BigInteger.TEN.pow(30)), arguments(Long.class, new BigDecimal("1E+1000000000")),
				arguments(Long.class, new BigDecimal("1E-1000000000")), arguments(Byte.class, 128),
				arguments(Long.class, 5.0), arguments(String.class, 5), arguments(UUID.class, ID.toString()),
				arguments(TimeUnit.class, "DAYS"), arguments(String.class, "a".repeat(201)),
				arguments(String.class, "a\0b"), arguments(String.class, "a\uD83D"),
				arguments(BigInteger.class, BigInteger.TEN.pow(300)));
	}

	@ParameterizedTest
	@MethodSource("strangers")
	void whatIsNoKeyIsRefusedWithoutTellingIt(Class<?> type, Object key) {
		assertThatIllegalArgumentException().isThrownBy(() -> of(type).encode(key))
			.satisfies((ex) -> assertThat(ex.getMessage()).isNotBlank().doesNotContain("DAYS", ID.toString(), "aaa"));
	}

	@Test
	void aTextThatIsNoKeyIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> of(Long.class).decode("five"));
		assertThatIllegalArgumentException().isThrownBy(() -> of(Byte.class).decode("128"));
		assertThatIllegalArgumentException().isThrownBy(() -> of(TimeUnit.class).decode("YEARS"));
		assertThatIllegalArgumentException().isThrownBy(() -> of(UUID.class).decode("1"));
	}

	@Test
	void aConstantWithABodyIsOneOfItsEnum() {
		assertThat(of(Shape.class).encode(Shape.ROUND)).isEqualTo("ROUND");
		assertThat(of(Shape.class).decode("ROUND")).isSameAs(Shape.ROUND);
	}

	@Test
	void otherTypesNeedACodec() {
		assertThat(KeyTexts.of(Object.class)).isNull();
		assertThat(KeyTexts.of(Boolean.class)).isNull();
		KeyText keys = KeyTexts.of(Shelf.class, new ShelfCodec());
		assertThat(keys.encode(new Shelf(3, 4))).isEqualTo("3/4");
		assertThat(keys.decode("3/4")).isEqualTo(new Shelf(3, 4));
		assertThatIllegalArgumentException().isThrownBy(() -> keys.encode("3/4"));
		assertThatIllegalArgumentException().isThrownBy(() -> keys.decode("3"));
	}

	private static KeyText of(Class<?> type) {
		return Objects.requireNonNull(KeyTexts.of(type));
	}

	private enum Shape {

		ROUND {

			@Override
			public String toString() {
				return "o";
			}

		}

	}

	private record Shelf(int row, int column) {
	}

	private static final class ShelfCodec implements KeyCodec<Shelf> {

		@Override
		public String encode(Shelf key) {
			return key.row() + "/" + key.column();
		}

		@Override
		public Shelf decode(String text) {
			String[] parts = text.split("/", -1);
			return new Shelf(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
		}

	}

}
