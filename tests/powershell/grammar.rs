//! Every file parses, by a grammar that knows nothing newer than Windows PowerShell 5.1: operators that came later are
//! errors to it. What the grammar lets pass and 5.1 does not is looked for by name.

use tree_sitter::{Node, Parser, Tree};

use super::scripts;

/// The tree of a script.
pub fn parsed(script: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    parser.parse(script, None).unwrap()
}

/// Places that do not follow the grammar.
pub fn complaints(script: &str) -> Vec<String> {
    let tree = parsed(script);
    let mut found = Vec::new();
    every(tree.root_node(), &mut |node| {
        if node.is_error() || node.is_missing() {
            let line = node.start_position().row + 1;
            found.push(format!("line {line}: {}", &script[node.byte_range()]));
        }
    });
    found
}

/// Visits every node below one.
pub fn every<'tree>(node: Node<'tree>, look: &mut impl FnMut(Node<'tree>)) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        look(node);
        waiting.extend((0..node.child_count()).filter_map(|at| node.child(at)));
    }
}

#[test]
fn every_script_follows_the_grammar() {
    for (name, script) in scripts() {
        assert_eq!(complaints(&script), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_grammar_is_not_newer_than_windows_powershell() {
    for newer in ["$a = $b ? 1 : 2\n", "$a = $b ?? 2\n", "$a ??= 2\n", "if ($a { b }\n"] {
        assert_ne!(complaints(newer), Vec::<String>::new(), "{newer}");
    }
    assert_eq!(complaints("$a = if ($b) { 1 } else { 2 }\n"), Vec::<String>::new());
}

#[test]
fn windows_powershell_reads_every_file_and_knows_every_word() {
    // 5.1 reads a file without a byte order mark in the code page of the machine.
    let later = [
        "-Parallel",
        "-SkipCertificateCheck",
        "-AsHashtable",
        "Get-Error",
        "-SkipHttpErrorCheck",
        " && ",
        " || ",
    ];
    for (name, script) in scripts() {
        assert!(script.is_ascii(), "{name} is not ASCII");
        // C# stands between these marks.
        let code: String =
            script.split("@'").map(|part| part.split_once("'@").map_or(part, |(_, rest)| rest)).collect();
        for word in later {
            assert!(!code.contains(word), "{name} uses {word}");
        }
        let tree = parsed(&script);
        every(tree.root_node(), &mut |node| {
            assert_ne!(node.kind(), "class_statement", "{name}: a script class has no dotted name");
        });
    }
}

#[test]
fn the_module_loads_and_packs_every_part() {
    let module = super::text("Hospes/Hospes.psm1");
    let manifest = super::text("Hospes/Hospes.psd1");
    for file in std::fs::read_dir(super::folder().join("Hospes")).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        assert!(manifest.contains(&format!("'{file}'")), "{file} is not in FileList");
        if let Some(part) = file.strip_suffix(".ps1") {
            assert!(module.contains(&format!("'{part}'")), "{file} is not loaded");
        }
    }
    let exported = |text: &str, from: &str| {
        let list = text
            .split_once(from)
            .unwrap()
            .1
            .split_once("\n    )")
            .or_else(|| text.split_once(from).unwrap().1.split_once("\n)"));
        let mut names: Vec<_> = list.unwrap().0.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
        names.sort();
        names
    };
    let names = exported(&manifest, "FunctionsToExport");
    assert_eq!(names, exported(&module, "Export-ModuleMember"));
    assert_eq!(names.len(), 16);
    assert!(names.iter().all(|name| name.contains("-Hospes")), "the prefix is ours: {names:?}");
}
