// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.conformance;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Finds the tests that carry the id of a rule as `@Tag`, JUnit's or jqwik's, by parsing the sources of all
/// modules, and the packet scripts: so the table can be made without compiling anything.
final class ProofFinder {
    private static final Set<String> TEST_ANNOTATIONS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "Property", "Example", "FuzzTest");
    private static final String FULL = "full";
    private static final String SCRIPTS = "it-tests/src/test/resources/scripts";
    private static final String RULES_OF_A_SCRIPT = "rules ";
    private static final String TAG_OF_A_RULE = "\"T-";

    private final Path root;
    private final List<Proof> proofs = new ArrayList<>();

    private ProofFinder(Path root) {
        this.root = root;
    }

    /// All proofs in the test sources below `root`, in the order of files and lines.
    static List<Proof> find(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    addTagged(tests, files);
                }
            }
        }
        List<Proof> all = new ArrayList<>(find(root, files));
        addScripts(root, all);
        return List.copyOf(all);
    }

    /// Packet scripts name their rules in a line of their own.
    private static void addScripts(Path root, List<Proof> into) throws IOException {
        Path directory = root.resolve(SCRIPTS);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> scripts = Files.list(directory)) {
            for (Path script : scripts.sorted().toList()) {
                String file = SCRIPTS + "/" + script.getFileName();
                for (String line : Files.readAllLines(script)) {
                    if (line.startsWith(RULES_OF_A_SCRIPT)) {
                        for (String rule :
                                line.substring(RULES_OF_A_SCRIPT.length()).split(" +", -1)) {
                            into.add(new Proof(rule, Proof.Kind.of(file), file, file, true));
                        }
                    }
                }
            }
        }
    }

    static List<Proof> find(Path root, List<Path> files) throws IOException {
        ProofFinder finder = new ProofFinder(root);
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "needs a JDK");
        try (StandardJavaFileManager fileManager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    fileManager,
                    null,
                    List.of("-proc:none"),
                    null,
                    fileManager.getJavaFileObjectsFromPaths(files));
            for (CompilationUnitTree unit : task.parse()) {
                finder.read(unit);
            }
        }
        return List.copyOf(finder.proofs);
    }

    private static void addTagged(Path tests, List<Path> files) throws IOException {
        try (Stream<Path> all = Files.walk(tests)) {
            for (Path file : all.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                if (Files.readString(file).contains(TAG_OF_A_RULE)) {
                    files.add(file);
                }
            }
        }
    }

    private void read(CompilationUnitTree unit) {
        Path file = Path.of(unit.getSourceFile().toUri());
        String name = root.toAbsolutePath().relativize(file).toString().replace('\\', '/');
        for (Tree type : unit.getTypeDecls()) {
            if (type instanceof ClassTree outer) {
                readClass(outer, name, "", Set.of());
            }
        }
    }

    private void readClass(ClassTree type, String file, String outerName, Set<String> outerTags) {
        String name = outerName + type.getSimpleName();
        Set<String> tags = union(outerTags, tags(type.getModifiers()));
        for (Tree member : type.getMembers()) {
            if (member instanceof ClassTree nested) {
                readClass(nested, file, name + ".", tags);
            } else if (member instanceof MethodTree method && isTest(method.getModifiers())) {
                readTest(method, file, name, union(tags, tags(method.getModifiers())));
            }
        }
    }

    private void readTest(MethodTree method, String file, String owner, Set<String> tags) {
        for (String tag : tags) {
            if (!tag.equals(FULL)) {
                String test = owner + "." + method.getName();
                proofs.add(new Proof(tag, Proof.Kind.of(file), file, test, !tags.contains(FULL)));
            }
        }
    }

    private static boolean isTest(ModifiersTree modifiers) {
        return modifiers.getAnnotations().stream()
                .anyMatch(annotation -> TEST_ANNOTATIONS.contains(nameOf(annotation)));
    }

    /// The tags that are ids of rules, or nearly so; and `full`.
    private static Set<String> tags(ModifiersTree modifiers) {
        Set<String> tags = new LinkedHashSet<>();
        for (AnnotationTree annotation : modifiers.getAnnotations()) {
            if (nameOf(annotation).equals("Tag")) {
                annotation.getArguments().forEach(argument -> addText(argument, tags));
            }
        }
        tags.removeIf(tag -> !tag.startsWith("T-") && !tag.equals(FULL));
        return tags;
    }

    private static void addText(ExpressionTree argument, Set<String> texts) {
        ExpressionTree value = argument instanceof AssignmentTree assignment ? assignment.getExpression() : argument;
        value.accept(
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitLiteral(LiteralTree literal, Void nothing) {
                        texts.add(String.valueOf(literal.getValue()));
                        return null;
                    }
                },
                null);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return all;
    }

    private static String nameOf(AnnotationTree annotation) {
        String name = annotation.getAnnotationType().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
