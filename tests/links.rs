//! Links and paths in documents refer to existing files, headings and source paths.

use std::fs;
use std::path::{Path, PathBuf};

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// Documents with links, except the pages of `docs/`.
const DOCUMENTS: [&str; 9] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "fixtures/README.md",
    "packaging/npm/README.md",
    "packaging/npm/example/README.md",
    "packaging/npm/voxev/README.md",
    "schemas/README.md",
    "tests/perf/README.md",
];

/// Every document, as paths from the repository's root.
pub(crate) fn documents() -> Vec<PathBuf> {
    let pages = fs::read_dir(Path::new(REPOSITORY).join("docs")).expect("docs/ can be read");
    let pages = pages.map(|page| page.expect("docs/ can be read").file_name());
    let pages = pages.map(|name| Path::new("docs").join(name));
    let is_page = |path: &PathBuf| path.extension().is_some_and(|it| it == "md");
    let mut all: Vec<PathBuf> = pages.filter(is_page).collect();
    all.extend(DOCUMENTS.map(PathBuf::from));
    all.sort();
    all
}

/// The text of a document without its code blocks.
fn without_blocks(text: &str) -> String {
    let mut is_code = false;
    let mut rest = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            rest.push_str(line);
            rest.push('\n');
        }
    }
    rest
}

/// The paths in the inline code of `text` that begin at a folder of the repository.
fn paths(text: &str) -> Vec<String> {
    let folders = ["docs/", "fixtures/", "packaging/", "schemas/", "src/", "tests/"];
    let rest = without_blocks(text);
    let code = rest.split('`').skip(1).step_by(2);
    let is_path =
        |it: &&str| folders.iter().any(|folder| it.starts_with(folder)) && !it.contains(['*', ' ']);
    code.filter(is_path).map(str::to_owned).collect()
}

/// Targets of the links of `text`, including images.
fn targets(text: &str) -> Vec<String> {
    let prose: String = without_blocks(text).split('`').step_by(2).collect();
    let inline = prose.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let is_reference = |line: &&str| line.starts_with('[');
    let references = prose.lines().filter(is_reference).filter_map(|line| line.split_once("]: "));
    inline.chain(references.map(|(_, target)| target)).map(|it| it.trim().to_owned()).collect()
}

/// The anchors of the headings of `text`, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut plain: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        let title = line.trim_start_matches('#');
        if is_code || title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let is_kept = |it: &char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_');
        let anchor: String = title.trim().to_lowercase().chars().filter(is_kept).collect();
        let anchor = anchor.replace(' ', "-");
        found.push(match plain.iter().filter(|it| **it == anchor).count() {
            0 => anchor.clone(),
            earlier => format!("{anchor}-{earlier}"),
        });
        plain.push(anchor);
    }
    found
}

/// Why the link to `target` on `page`, whose text is `text`, is broken.
fn fault(page: &Path, text: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = page.parent().unwrap_or(Path::new("")).join(file);
    let root = Path::new(REPOSITORY);
    if !file.is_empty() && !root.join(&path).exists() {
        return Some(format!("{}: {target} leads to no file", page.display()));
    }
    if anchor.is_empty() {
        return None;
    }
    let other =
        if file.is_empty() { Ok(text.to_owned()) } else { fs::read_to_string(root.join(path)) };
    let is_there = other.is_ok_and(|other| anchors(&other).iter().any(|it| it == anchor));
    (!is_there).then(|| format!("{}: {target} leads to no heading", page.display()))
}

fn faults(page: &Path, text: &str) -> Vec<String> {
    targets(text).iter().filter_map(|target| fault(page, text, target)).collect()
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let mut wrong = Vec::new();
    for page in documents() {
        let text = fs::read_to_string(Path::new(REPOSITORY).join(&page)).expect("it can be read");
        wrong.extend(faults(&page, &text));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page = Path::new("docs/page.md");
    let wrong = ["nowhere.md", "../README.md#nowhere", "#nowhere", "../docs/nowhere.svg"];
    for target in wrong {
        let text = format!("# Here\n\nSee\n[this and\nthat]({target}).\n");
        assert_eq!(faults(page, &text).len(), 1, "{target}");
        assert_eq!(faults(page, &format!("# Here\n\n[1]: {target}\n")).len(), 1, "{target}");
    }
    let right = ["../README.md#install", "#what-is-it-1", "../schemas/", "https://example.com/#x"];
    for target in right {
        let text = format!("## What `is` it?\n## What is it\n![picture]({target})\n");
        assert_eq!(faults(page, &text), [""; 0], "{target}");
    }
    assert_eq!(faults(page, "`[a](b)`\n\n```sh\n[a](c)\n```\n"), [""; 0]);
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut wrong = Vec::new();
    for page in documents() {
        let text = fs::read_to_string(Path::new(REPOSITORY).join(&page)).expect("it can be read");
        let is_missing = |path: &String| !Path::new(REPOSITORY).join(path).exists();
        let missing = paths(&text).into_iter().filter(is_missing);
        wrong.extend(missing.map(|path| format!("{}: there is no {path}", page.display())));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_path_that_a_document_names_is_found() {
    let text = "See `src/lib.rs` and\n`fixtures/**/*.jsonl`, `voxev`\n\n```sh\n`src/no`\n```\n";
    assert_eq!(paths(text), ["src/lib.rs"]);
}

#[test]
fn the_readme_leads_to_every_page() {
    let text = fs::read_to_string(Path::new(REPOSITORY).join("README.md")).expect("it is there");
    let targets = targets(&text);
    for page in documents().into_iter().filter(|page| page.starts_with("docs")) {
        let is_linked = targets.iter().any(|target| Path::new(target) == page);
        assert!(is_linked, "README.md does not link to {}", page.display());
    }
}
