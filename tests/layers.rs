//! The folders of `src/` are layers: each imports only from layers below it, and files do not
//! import each other in a cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the lowest to the highest. Layers in the same row must not import each other.
const LAYERS: [&[&str]; 15] = [
    &["json", "outcome"],
    &["text", "error"],
    &["capture"],
    &["contract"],
    &["config", "terminal"],
    &["check"],
    &["redact"],
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
    let code = code(text);
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

/// The path of a module: `["check", "matcher"]`.
type Module = Vec<String>;

/// The modules, their imports, and what they export of others under a name of their own.
struct Modules {
    files: BTreeMap<Module, PathBuf>,
    imports: BTreeMap<Module, Vec<Module>>,
    exports: BTreeMap<(Module, String), Module>,
}

impl Modules {
    fn read() -> Self {
        let files: BTreeMap<Module, PathBuf> =
            imports().into_keys().map(|path| (module(&path), path)).collect();
        let mut modules = Self { files, imports: BTreeMap::new(), exports: BTreeMap::new() };
        for (own, path) in modules.files.clone() {
            let code = code(&fs::read_to_string(path).expect("a source file is text"));
            let mut imports = Vec::new();
            for statement in code.split(';').filter_map(|it| it.split_once("use ")) {
                let (before, tree) = statement;
                let is_export = before.trim_end().rsplit('\n').next().unwrap_or_default();
                let is_export = is_export.trim_start().starts_with("pub");
                let paths = expand(tree);
                let named: Vec<_> =
                    paths.iter().filter_map(|path| modules.absolute(path, &own)).collect();
                for (full, name) in named {
                    if is_export {
                        modules.exports.insert((own.clone(), name), full);
                    } else {
                        imports.push(full);
                    }
                }
            }
            modules.imports.insert(own, imports);
        }
        modules
    }

    /// An imported path from the root of the crate, and the name that it gets; `None` for another
    /// crate's.
    fn absolute(&self, path: &str, own: &Module) -> Option<(Module, String)> {
        let (path, alias) = path.split_once(" as ").map_or((path, None), |(a, b)| (a, Some(b)));
        let mut parts: Vec<&str> = path.split("::").map(str::trim).collect();
        let mut base = match parts[0] {
            "crate" => Vec::new(),
            "self" | "super" => own.clone(),
            first => {
                let child: Module = own.iter().cloned().chain([first.to_owned()]).collect();
                self.files.contains_key(&child).then(|| own.clone())?
            }
        };
        while let Some(first @ ("crate" | "self" | "super")) = parts.first().copied() {
            parts.remove(0);
            if first == "super" {
                base.pop();
            }
        }
        parts.retain(|it| *it != "self");
        let name = alias.or(parts.last().copied()).unwrap_or_default().trim().to_owned();
        base.extend(parts.iter().map(ToString::to_string));
        Some((base, name))
    }

    /// The module in whose file a path is defined.
    fn home(&self, path: &Module) -> Module {
        let is_module = |depth: &usize| self.files.contains_key(&path[..*depth]);
        let depth = (1..=path.len()).take_while(is_module).last().unwrap_or(0);
        let (module, rest) = path.split_at(depth);
        let Some(name) = rest.first() else { return path.clone() };
        match self.exports.get(&(module.to_vec(), name.clone())) {
            Some(target) if target != path => {
                self.home(&target.iter().chain(&rest[1..]).cloned().collect())
            }
            _ => module.to_vec(),
        }
    }

    /// The files that a file needs, itself left out.
    fn needs(&self, module: &Module) -> BTreeSet<Module> {
        let homes = self.imports[module].iter().map(|path| self.home(path));
        homes.filter(|home| home != module && self.files.contains_key(home)).collect()
    }
}

fn module(path: &Path) -> Module {
    let inside = path.strip_prefix("src").expect("it is in src/").with_extension("");
    let parts = inside.iter().map(|it| it.to_string_lossy().into_owned());
    parts.filter(|it| it != "mod" && it != "lib").collect()
}

/// The code of a file, its tests and comments left out.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    code.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The paths that a `use` tree names: `a::{b, c::d}` names `a::b` and `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, inner)) = tree.split_once('{') else { return vec![tree.to_owned()] };
    let inner = inner.rsplit_once('}').map_or(inner, |(inner, _)| inner);
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in inner.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if character == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("there is one").push(character);
        }
    }
    let named = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    named.flat_map(|part| expand(&format!("{before}{part}"))).collect()
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
fn no_files_import_each_other_in_a_circle() {
    let modules = Modules::read();
    let mut left: BTreeMap<Module, BTreeSet<Module>> =
        modules.files.keys().map(|module| (module.clone(), modules.needs(module))).collect();
    // Whatever needs nothing that is left is in no circle.
    loop {
        let free = |needs: &BTreeSet<Module>| needs.iter().all(|it| !left.contains_key(it));
        let done: Vec<Module> = left
            .iter()
            .filter(|(_, needs)| free(needs))
            .map(|(module, _)| module.clone())
            .collect();
        if done.is_empty() {
            break;
        }
        left.retain(|module, _| !done.contains(module));
    }
    // What is left is in a circle, or imports from one.
    let is_left = |module: &Module| left.contains_key(module);
    let row = |(module, needs): (&Module, &BTreeSet<Module>)| {
        let needs: Vec<String> =
            needs.iter().filter(|it| is_left(it)).map(|it| it.join("/")).collect();
        format!("{} imports {}", module.join("/"), needs.join(", "))
    };
    let rows: Vec<String> = left.iter().map(row).collect();
    assert!(rows.is_empty(), "in a circle, or above one:\n{}\n", rows.join("\n"));
}

#[test]
fn a_path_is_followed_to_the_file_that_defines_it() {
    let modules = Modules::read();
    let home = |path: &str| {
        let own = module(Path::new("src/commands/validate.rs"));
        modules.home(&modules.absolute(path, &own).expect("it is in this crate").0).join("/")
    };
    assert_eq!(home("crate::check::Record"), "check/record");
    assert_eq!(home("super::tally::Tally"), "commands/tally");
    assert!(modules.needs(&module(Path::new("src/check/record.rs"))).len() > 3);
}

#[test]
fn every_folder_of_the_source_is_a_layer() {
    let layers: BTreeSet<String> = imports().keys().map(|path| layer(path)).collect();
    let named: BTreeSet<String> = LAYERS.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(layers, named);
    assert!(layers.len() <= 21, "{layers:?}");
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
