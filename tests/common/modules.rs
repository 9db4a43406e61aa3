//! Which source files use which: the paths in their code, resolved to the files that define what they name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module: `["report", "page"]`; the crate is `[]`.
type Module = Vec<String>;

/// A source file of the library.
pub struct SourceFile {
    /// Its path below `src/`.
    pub name: String,
    /// Its text.
    pub text: String,
    module: Module,
    tokens: Vec<String>,
    /// Names that `use` brings into it, with the paths that they stand for.
    imports: BTreeMap<String, Vec<String>>,
}

impl SourceFile {
    /// A file with this text; `name` is its path below `src/`.
    pub fn new(name: String, text: String) -> SourceFile {
        let stem = name.trim_end_matches(".rs").trim_end_matches("/mod");
        let module = if stem == "lib" { Module::new() } else { stem.split('/').map(str::to_owned).collect() };
        let tokens = tokens(&without_comments_and_texts(code(&text)));
        let imports = imports(&tokens).into_iter().collect();
        SourceFile { name, text, module, tokens, imports }
    }

    /// The top module that it belongs to.
    pub fn top(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// Whether it is inside a folder, or that folder's parent.
    pub fn is_below(&self, module: &[&str]) -> bool {
        self.module.iter().zip(module).filter(|(own, other)| own == other).count() == module.len()
    }

    /// Whether its code, tests and comments apart, has a name.
    pub fn names(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| token == name)
    }

    /// What comes before its tests.
    pub fn code(&self) -> &str {
        code(&self.text)
    }
}

/// What comes before the tests of a file.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

/// The files of the library below `src`, without those that only hold tests.
pub fn files(src: &Path) -> Vec<SourceFile> {
    let name = |path: &Path| path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
    let mut paths = below(src);
    paths.retain(|path| !(path.ends_with("main.rs") || path.to_str().unwrap().ends_with("tests.rs")));
    paths.iter().map(|path| SourceFile::new(name(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// The files that each file uses: those that define what the paths in its code name.
///
/// - A name that a `mod.rs` passes on with `use` belongs to the file that defines it. So a parent is no user of a child by giving
///   out its names, and a child no user of its parent by taking a sibling's name from it.
/// - A parent that calls or lists a child uses it, so that whoever uses the folder uses what is in it.
/// - What a child takes from its own parents is not counted. A parent both defines what its children share (a trait, a type) and
///   lists them; to others the folder is one thing, and counting both ways would make a circle of every catalogue.
pub fn uses(files: &[SourceFile]) -> BTreeMap<&str, BTreeSet<&str>> {
    let modules: BTreeMap<&[String], &SourceFile> = files.iter().map(|file| (&file.module[..], file)).collect();
    files
        .iter()
        .map(|file| {
            let used = paths(file).into_iter().filter_map(|path| defining(&modules, file, &path, 0));
            let others = used.filter(|other| !file.module.starts_with(&other.module)).map(|other| other.name.as_str());
            (file.name.as_str(), others.collect())
        })
        .collect()
}

/// The groups of files that use each other in a circle, each group sorted.
pub fn circles<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<Vec<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (*file, reachable(uses, file))).collect();
    let mut circles: Vec<Vec<&str>> = uses
        .keys()
        .filter(|file| reached[*file].contains(*file))
        .map(|file| reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect())
        .collect();
    circles.sort();
    circles.dedup();
    circles
}

fn reachable<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> = uses[from].iter().copied().collect();
    while let Some(file) = next.pop() {
        if seen.insert(file) {
            next.extend(&uses[file]);
        }
    }
    seen
}

/// The file that defines what a path in `file` names, if it is of this library.
fn defining<'a>(
    modules: &BTreeMap<&[String], &'a SourceFile>,
    file: &'a SourceFile,
    path: &[String],
    depth: usize,
) -> Option<&'a SourceFile> {
    assert!(depth < 20, "{} imports {path:?} from itself", file.name);
    let (mut module, mut rest) = match path[0].as_str() {
        "crate" => (Module::new(), &path[1..]),
        "self" => (file.module.clone(), &path[1..]),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            (file.module[..file.module.len().saturating_sub(ups)].to_vec(), &path[ups..])
        }
        name => {
            let child = [&file.module[..], &path[..1]].concat();
            if modules.contains_key(&child[..]) {
                (child, &path[1..])
            } else {
                let import = file.imports.get(name)?;
                if import == &path[..1] {
                    // A macro of this file, given out by its name alone.
                    return Some(file);
                }
                return defining(modules, file, &[import, &path[1..]].concat(), depth + 1);
            }
        }
    };
    while let Some((name, after)) = rest.split_first() {
        let child = [&module[..], std::slice::from_ref(name)].concat();
        if !modules.contains_key(&child[..]) {
            let holder = modules.get(&module[..])?;
            return match holder.imports.get(name) {
                Some(import) if holder.name != file.name => {
                    defining(modules, holder, &[import, after].concat(), depth + 1)
                }
                _ => Some(holder),
            };
        }
        (module, rest) = (child, after);
    }
    // A module alone: what is taken from it is in another path.
    None
}

/// Every path of a file's code: those of `use`, but for what it passes on, and those in between.
fn paths(file: &SourceFile) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < file.tokens.len() {
        if is_import(&file.tokens[at..]) {
            let end = at + file.tokens[at..].iter().position(|token| token == ";").unwrap();
            let passed_on = at > 0 && ["pub", ")"].contains(&file.tokens[at - 1].as_str());
            if !passed_on {
                paths.extend(imports(&file.tokens[at..=end]).into_iter().map(|(_, path)| path));
            }
            at = end;
        } else if is_name(&file.tokens[at]) && file.tokens.get(at + 1).is_some_and(|token| token == "::") {
            let mut path = vec![file.tokens[at].clone()];
            while file.tokens.get(at + 1).is_some_and(|token| token == "::")
                && file.tokens.get(at + 2).is_some_and(|token| is_name(token))
            {
                path.push(file.tokens[at + 2].clone());
                at += 2;
            }
            paths.push(path);
        }
        at += 1;
    }
    paths
}

/// Whether these tokens begin with a `use` of names; `+ use<'a>` captures a lifetime.
fn is_import(tokens: &[String]) -> bool {
    tokens[0] == "use" && tokens.get(1).is_none_or(|next| !next.starts_with('<'))
}

/// The names that `use` brings in, with their paths.
fn imports(tokens: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = tokens;
    while let Some(at) = (0..rest.len()).find(|&at| is_import(&rest[at..])) {
        let end = at + rest[at..].iter().position(|token| token == ";").unwrap();
        tree(&mut rest[at + 1..end].iter().peekable(), &[], &mut found);
        rest = &rest[end..];
    }
    found
}

/// Reads one tree of a `use`: `a::b`, `a::b as c`, `a::*`, `a::{…}`.
fn tree<'a>(
    tokens: &mut std::iter::Peekable<impl Iterator<Item = &'a String>>,
    before: &[String],
    found: &mut Vec<(String, Vec<String>)>,
) {
    let mut path = before.to_vec();
    let mut name = None;
    while let Some(token) = tokens.peek() {
        match token.as_str() {
            "," | "}" => break,
            "::" => {}
            "as" => {
                tokens.next();
                name = tokens.peek().map(|token| (*token).clone());
            }
            "{" => {
                tokens.next();
                while tokens.peek().is_some_and(|token| *token != "}") {
                    tree(tokens, &path, found);
                    if tokens.peek().is_some_and(|token| *token == ",") {
                        tokens.next();
                    }
                }
                tokens.next();
                return;
            }
            _ => path.push((*token).clone()),
        }
        tokens.next();
    }
    if path.len() > before.len() + 1 || path.last().is_some_and(|last| last != "self") {
        found.push((name.unwrap_or_else(|| path.last().unwrap().clone()), path));
    } else if let Some(last) = before.last() {
        found.push((name.unwrap_or_else(|| last.clone()), before.to_vec()));
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::`, and every other character by itself.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_alphanumeric() || first == '_' => {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            }
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Code with comments and the contents of texts left out.
pub fn without_comments_and_texts(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            3 + raw.find("\"#").map_or(raw.len(), |end| end + 2)
        } else if first == '"' {
            text_length(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            kept.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        kept.push(' ');
        rest = &rest[skipped..];
    }
    kept
}

/// Bytes of a quoted text with its quotes.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
