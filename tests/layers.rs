//! The folders of `src/` are layers: each imports only from those below it, and no files import each
//! other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the lowest to the highest. What stands in one line may not import each other.
const LAYERS: [&[&str]; 14] = [
    &["json", "outcome"],
    &["text", "error"],
    &["capture"],
    &["contract"],
    &["config", "terminal"],
    &["check"],
    &["extract", "select"],
    &["calls"],
    &["output"],
    &["generate"],
    &["pipeline"],
    &["cli"],
    &["commands"],
    &["fuzzing", "lib", "main"],
];

/// Each file of `src/` and what it imports, as paths of modules: `crate::check::Record`.
fn imports() -> BTreeMap<PathBuf, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src/ can be read") {
            let path = entry.expect("src/ can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).expect("a source file is text");
                found.insert(path, paths(&text));
            }
        }
    }
    found
}

/// The paths that begin with `crate::` in the code of a file, its tests and comments left out.
fn paths(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: String = code.lines().filter(is_code).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let end = rest.find(|it: char| !(it.is_alphanumeric() || it == '_' || it == ':'));
        found.insert(rest[..end.unwrap_or(rest.len())].to_owned());
    }
    found
}

/// The layer's name: the first folder, or the file's own name.
fn layer(path: &Path) -> String {
    let inside = path.strip_prefix("src").expect("it is in src/").with_extension("");
    let first = inside.components().next().expect("it has a name");
    first.as_os_str().to_string_lossy().into_owned()
}

fn height(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&layer))
}

#[test]
fn no_file_imports_from_a_layer_above_its_own() {
    let mut wrong = Vec::new();
    for (path, imported) in imports() {
        let own = layer(&path);
        let Some(own_height) = height(&own) else {
            wrong.push(format!("{}: which layer is {own:?}?", path.display()));
            continue;
        };
        for name in imported {
            let target = name.split("::").next().unwrap_or_default().to_owned();
            let is_below = height(&target).is_some_and(|height| height < own_height);
            if target != own && !is_below && height(&target).is_some() {
                let place = path.display();
                wrong.push(format!("{place} ({own}) imports crate::{name}: {target} is not below"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_folder_of_the_source_is_a_layer() {
    let layers: BTreeSet<String> = imports().keys().map(|path| layer(path)).collect();
    let named: BTreeSet<String> = LAYERS.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(layers, named);
    assert!(layers.len() <= 20, "{layers:?}");
}

#[test]
fn the_architecture_page_lists_the_layers() {
    let page = fs::read_to_string("docs/architecture.md").expect("the page can be read");
    let section = page.split("\n## ").find(|it| it.starts_with("Layers\n")).expect("it is there");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let mut listed: Vec<Vec<&str>> =
        rows.map(|cell| cell.trim_end_matches('`').split("`, `").collect()).collect();
    listed.reverse();
    assert_eq!(listed, LAYERS);
}
