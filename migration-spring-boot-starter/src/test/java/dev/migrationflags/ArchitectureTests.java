package dev.migrationflags;

import java.util.Set;
import java.util.TreeSet;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.springframework.core.annotation.AliasFor;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms of the code and the one direction in which they know each other: vocabulary ←
 * flags ← engine ← aop ← boot.
 */
@AnalyzeClasses(packages = "dev.migrationflags", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String VOCABULARY = "dev.migrationflags";

	private static final String FLAGS = "dev.migrationflags.flags..";

	private static final String ENGINE = "dev.migrationflags.engine..";

	private static final String AOP = "dev.migrationflags.aop..";

	private static final String BOOT = "dev.migrationflags.boot..";

	private static final String PROJECT = "dev.migrationflags..";

	private static final String SPRING = "org.springframework..";

	@ArchTest
	static final ArchRule roomsKnowEachOtherInOneDirection = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("vocabulary")
		.definedBy(VOCABULARY)
		.layer("flags")
		.definedBy(FLAGS)
		.layer("engine")
		.definedBy(ENGINE)
		.layer("aop")
		.definedBy(AOP)
		.layer("boot")
		.definedBy(BOOT)
		.whereLayer("boot")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("aop")
		.mayOnlyBeAccessedByLayers("boot")
		.whereLayer("engine")
		.mayOnlyBeAccessedByLayers("aop", "boot")
		.whereLayer("flags")
		.mayOnlyBeAccessedByLayers("engine", "aop", "boot")
		.ensureAllClassesAreContainedInArchitecture();

	@ArchTest
	static final ArchRule vocabularyDependsOnNothing = noClasses().that()
		.resideInAPackage(VOCABULARY)
		.should()
		.dependOnClassesThat(resideOutside(VOCABULARY, "java..", "org.jspecify.annotations..").and(DescribedPredicate
			.not(resideInAPackage("org.springframework.aot.hint.annotation").or(type(AliasFor.class)))))
		.because("a user types it, and pays for everything that it brings along; what our annotations carry of "
				+ "Spring's makes composed annotations and native images work");

	@ArchTest
	static final ArchRule flagsAreJava = noClasses().that()
		.resideInAPackage(FLAGS)
		.should()
		.dependOnClassesThat(resideOutside(PROJECT, "java..", "org.jspecify.annotations..", "org.slf4j.."));

	@ArchTest
	static final ArchRule engineIsJavaWithMicrometer = noClasses().that()
		.resideInAPackage(ENGINE)
		.should()
		.dependOnClassesThat()
		.resideInAPackage(SPRING);

	@ArchTest
	static final ArchRule coreDoesNotKnowSpringBoot = noClasses().that()
		.resideInAnyPackage(VOCABULARY, FLAGS, ENGINE, AOP)
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("dev.migrationflags.(**)").should().beFreeOfCycles();

	@ArchTest
	static void everyPackageIsNullMarked(JavaClasses classes) {
		Set<String> packages = new TreeSet<>();
		Set<String> marked = new TreeSet<>();
		for (JavaClass type : classes) {
			packages.add(type.getPackageName());
			if (type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class)) {
				marked.add(type.getPackageName());
			}
		}
		assertThat(marked).isEqualTo(packages).contains("dev.migrationflags.engine.metrics", "dev.migrationflags.boot");
	}

	private static DescribedPredicate<JavaClass> resideOutside(String... packages) {
		return JavaClass.Predicates.resideOutsideOfPackages(packages);
	}

}
