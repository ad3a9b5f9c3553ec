//! The layer picture of ARCHITECTURE.md, held against every path of `core/src`.
//!
//! The ```` ```layers ```` block names the modules row by row: a module uses rows above its own,
//! never its own row, never below. A ```` ```layers-only ```` line `user used: part part` narrows
//! what `user` may name of `used`. Code under `#[cfg(test)]` is left out.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path as FilePath;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Meta, Token, UseTree};

#[test]
fn core_keeps_its_layers() {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut sources = Vec::new();
    read_sources(&root.join("src"), &[], &mut sources);
    assert!(sources.len() > 10, "the sources were not found");
    let broken = check(&Layers::parse(&page), &sources);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

type ModulePath = Vec<String>;

struct Source {
    module: ModulePath,
    file: syn::File,
}

fn read_sources(folder: &FilePath, module: &[String], out: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut inner = module.to_vec();
        if !matches!(stem.as_str(), "lib" | "mod") {
            inner.push(stem);
        }
        if path.is_dir() {
            read_sources(&path, &inner, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(source(inner, &fs::read_to_string(&path).unwrap()));
        }
    }
}

fn source(module: ModulePath, text: &str) -> Source {
    let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{}: {e}", module.join("::")));
    Source { module, file }
}

#[derive(Default)]
struct Layers {
    rows: HashMap<String, usize>,
    only: HashMap<(String, String), HashSet<String>>,
}

impl Layers {
    fn parse(page: &str) -> Layers {
        let mut layers = Layers::default();
        for (row, line) in block(page, "layers").enumerate() {
            for name in line.split_whitespace() {
                assert!(layers.rows.insert(name.into(), row).is_none(), "{name} stands twice");
            }
        }
        for line in block(page, "layers-only") {
            let (pair, parts) = line.split_once(':').expect("`user used: parts`");
            let (user, used) = pair.trim().split_once(' ').expect("`user used: parts`");
            let parts = parts.split_whitespace().map(str::to_owned).collect();
            layers.only.insert((user.into(), used.trim().into()), parts);
        }
        assert!(!layers.rows.is_empty(), "no layers block");
        layers
    }

    /// What is wrong with `user` naming the path `used` (from the crate root), if anything.
    fn fault(&self, user: &str, used: &[String]) -> Option<String> {
        let Some(top) = used.first() else {
            return Some("names the root of the crate as a whole".into());
        };
        if top == user {
            return None;
        }
        let Some(row) = self.rows.get(top) else {
            return Some(format!("`{top}` is no module of the picture"));
        };
        if self.rows.get(user).is_none_or(|own| row >= own) {
            return Some(format!("`{top}` does not stand above `{user}`"));
        }
        let parts = self.only.get(&(user.into(), top.clone()))?;
        let part = used.get(1).map_or("the whole", String::as_str);
        (!parts.contains(part)).then(|| format!("`{user}` may not use {part} of `{top}`"))
    }
}

fn block<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let fence = format!("```{name}");
    page.lines().skip_while(move |line| *line != fence).skip(1).take_while(|line| *line != "```")
}

fn check(layers: &Layers, sources: &[Source]) -> Vec<String> {
    let finders: Vec<Finder> = sources.iter().map(Finder::read).collect();
    let tests: HashSet<&[String]> =
        finders.iter().flat_map(|f| &f.test_modules).map(Vec::as_slice).collect();
    let is_test = |module: &[String]| (1..=module.len()).any(|n| tests.contains(&module[..n]));
    let finders: Vec<&Finder> = finders.iter().filter(|f| !is_test(&f.here)).collect();
    let aliases: HashMap<&[String], &[String]> = finders
        .iter()
        .flat_map(|f| &f.aliases)
        .map(|(name, target)| (name.as_slice(), target.as_slice()))
        .collect();

    let mut broken = Vec::new();
    let tops: HashSet<&String> = finders.iter().filter_map(|f| f.here.first()).collect();
    for top in tops.iter().filter(|top| !layers.rows.contains_key(**top)) {
        broken.push(format!("{top}: not in the picture"));
    }
    for row in layers.rows.keys().filter(|row| !tops.contains(row)) {
        broken.push(format!("{row}: in the picture, not in core/src"));
    }
    for finder in finders {
        let Some(user) = finder.here.first() else { continue };
        let name = finder.here.join("::");
        broken.extend(finder.faults.iter().map(|fault| format!("{name}: {fault}")));
        for path in &finder.paths {
            if let Some(fault) = layers.fault(user, &follow(path, &aliases)) {
                broken.push(format!("{name}: crate::{}: {fault}", path.join("::")));
            }
        }
    }
    broken.sort();
    broken
}

/// The path behind re-exports: `crate::Error` is `crate::error::Error`.
fn follow(path: &[String], aliases: &HashMap<&[String], &[String]>) -> ModulePath {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let step = (1..=path.len()).find_map(|n| Some((n, aliases.get(&path[..n])?)));
        let Some((n, target)) = step else { break };
        path = [target, &path[n..]].concat();
    }
    path
}

/// Collects the crate's own paths that one file names, each from the crate root.
#[derive(Default)]
struct Finder {
    here: ModulePath,
    paths: Vec<ModulePath>,
    /// What `use` brings into a module: the new name, and what it stands for.
    aliases: Vec<(ModulePath, ModulePath)>,
    test_modules: Vec<ModulePath>,
    faults: Vec<String>,
}

impl Finder {
    fn read(source: &Source) -> Finder {
        let mut finder = Finder { here: source.module.clone(), ..Finder::default() };
        if source.file.attrs.iter().any(is_cfg_test) {
            finder.test_modules.push(source.module.clone());
        } else {
            finder.visit_file(&source.file);
        }
        finder
    }

    /// Records a path that starts at `crate`, `self` or `super`.
    fn path(&mut self, segments: &[String]) -> Option<ModulePath> {
        let (mut full, mut rest) = match segments.first()?.as_str() {
            "crate" => (ModulePath::new(), &segments[1..]),
            "self" | "super" => (self.here.clone(), segments),
            _ => return None,
        };
        while let Some(step @ ("self" | "super")) = rest.first().map(String::as_str) {
            if step == "super" {
                full.pop();
            }
            rest = &rest[1..];
        }
        full.extend(rest.iter().cloned());
        self.paths.push(full.clone());
        Some(full)
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &[String]) {
        let joined = |ident: &syn::Ident| [prefix, &[plain(ident)]].concat();
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &joined(&path.ident)),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.use_tree(tree, prefix));
            }
            UseTree::Glob(_) => {
                self.path(&[prefix, &["*".into()]].concat());
            }
            UseTree::Name(name) => self.import(joined(&name.ident), None),
            UseTree::Rename(name) => self.import(joined(&name.ident), Some(plain(&name.rename))),
        }
    }

    fn import(&mut self, mut segments: Vec<String>, rename: Option<String>) {
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop(); // `use crate::x::{self}` names x
        }
        let name = rename.or_else(|| segments.last().cloned()).unwrap_or_default();
        let alias = [self.here.as_slice(), &[name]].concat();
        // A path that starts elsewhere may start at a child module of this one.
        let target = self
            .path(&segments)
            .or_else(|| (segments.len() > 1).then(|| [self.here.as_slice(), &segments].concat()));
        if let Some(target) = target.filter(|target| *target != alias) {
            self.aliases.push((alias, target));
        }
    }

    fn tokens(&mut self, tokens: TokenStream, strings: bool) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => self.tokens(group.stream(), strings),
                TokenTree::Literal(literal) if strings => self.string(&literal.to_string()),
                TokenTree::Ident(first) if *first == "crate" || *first == "self" => {
                    self.token_path(vec![plain(first)], &trees[at + 1..]);
                }
                TokenTree::Ident(first) if *first == "super" => {
                    self.token_path(vec![plain(first)], &trees[at + 1..]);
                }
                _ => {}
            }
        }
    }

    /// The path that `segments` start and the tokens after it go on with.
    fn token_path(&mut self, mut segments: Vec<String>, mut rest: &[TokenTree]) {
        let colon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ':');
        while let [one, two, next, after @ ..] = rest
            && colon(one)
            && colon(two)
        {
            match next {
                TokenTree::Ident(ident) => segments.push(plain(ident)),
                TokenTree::Punct(star) if star.as_char() == '*' => segments.push("*".into()),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    return self.token_group(group.stream(), &segments);
                }
                _ => break,
            }
            rest = after;
        }
        if segments.len() > 1 {
            self.path(&segments);
        }
    }

    /// `crate::{...}` within a macro.
    fn token_group(&mut self, tokens: TokenStream, prefix: &[String]) {
        match Punctuated::<UseTree, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(trees) => trees.iter().for_each(|tree| self.use_tree(tree, prefix)),
            Err(_) => self.faults.push("a group of paths in a macro that cannot be read".into()),
        }
    }

    /// A path in the text of an attribute: `#[serde(with = "crate::x::y")]`.
    fn string(&mut self, literal: &str) {
        let text = literal.trim_matches(|c| matches!(c, '"' | '#' | 'r'));
        if text.contains("crate::") || text.contains("super::") {
            match text.parse() {
                Ok(tokens) => self.tokens(tokens, false),
                Err(_) => self.faults.push(format!("a path that cannot be read: {literal}")),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_cfg_test) {
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item {
            self.test_modules.push([self.here.as_slice(), &[plain(&module.ident)]].concat());
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Const(item) => &item.attrs,
            _ => &[],
        };
        if !attributes.iter().any(is_cfg_test) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.here.push(plain(&module.ident));
        visit::visit_item_mod(self, module);
        self.here.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        if item.ident == "self" {
            self.faults.push("`extern crate self` gives the root another name".into());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| plain(&s.ident)).collect();
        if segments.len() > 1 {
            self.path(&segments);
        }
        visit::visit_path(self, path);
    }

    // `pub(in crate::x)` names an ancestor and uses nothing of it.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        if item.path.is_ident("include") {
            self.faults.push("`include!` hides code from this test".into());
        }
        self.visit_path(&item.path);
        self.tokens(item.tokens.clone(), false);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("path") || attribute.path().is_ident("macro_use") {
            self.faults.push("`#[path]` and `#[macro_use]` hide paths from this test".into());
        }
        self.visit_path(attribute.path());
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone(), true);
        }
    }
}

fn plain(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// `#[cfg(test)]` or `#[cfg(all(test, ...))]`.
fn is_cfg_test(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let text: String = list.tokens.to_string().split_whitespace().collect();
    list.path.is_ident("cfg") && (text == "test" || text.starts_with("all(test,"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

const PICTURE: &str = "\
```layers
error
asn1
crypto
seal voucher
```
```layers-only
crypto asn1: sm2 oid
```
";

/// What the checker finds when `text` stands in `module` of a small crate.
fn planted(module: &str, text: &str) -> Vec<String> {
    let mut texts = HashMap::from([
        ("", "pub mod asn1; pub mod error; pub use error::{Error, Result as Outcome};"),
        ("error", ""),
        ("asn1", "pub mod oid; pub use oid::Oid; pub use self::x509::Name;"),
        ("crypto", "mod sm3;"),
        ("seal", "mod check; #[cfg(test)] mod tests;"),
        ("voucher", ""),
    ]);
    texts.insert(module, text);
    let path = |m: &str| m.split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect();
    let sources: Vec<Source> = texts.iter().map(|(m, text)| source(path(m), text)).collect();
    check(&Layers::parse(PICTURE), &sources)
}

#[test]
fn planted_violations_are_found() {
    for (module, text) in [
        ("crypto", "use crate::seal::Seal;"),
        ("crypto", "use crate::r#seal::Seal;"),
        ("crypto", "use super::seal::Seal;"),
        ("crypto", "use self::super::seal::Seal;"),
        ("crypto::sm3", "use super::super::seal;"),
        ("crypto", "use crate::{error::Error, seal::{self, Seal}};"),
        ("crypto", "use crate::seal as stamp;"),
        ("crypto", "use crate::seal::*;"),
        ("crypto", "use crate as root;"),
        ("crypto", "use crate::{self as root};"),
        ("crypto", "use crate::*;"),
        ("crypto", "use super::*;"),
        ("crypto", "extern crate self as me;"),
        ("crypto", "fn f() { use crate::seal::Seal; }"),
        ("crypto", "fn f() { let _ = crate::seal::make(); }"),
        ("crypto", "fn f(_: &crate::seal::Seal) {}"),
        ("crypto", "fn f() -> Vec<Option<crate::seal::Seal>> { vec![] }"),
        ("crypto", "struct S(Box<dyn crate::seal::Check>);"),
        ("crypto", "impl crate::seal::Check for u8 {}"),
        ("crypto", "fn f() { <u8 as crate::seal::Check>::go(); }"),
        ("crypto", "fn f(x: u8) { match x { crate::seal::ONE => {} _ => {} } }"),
        ("crypto", "fn f() { println!(\"{}\", crate::seal::NAME); }"),
        ("crypto", "fn f() { go!([super::seal::NAME]); }"),
        ("crypto", "macro_rules! m { () => { $crate::seal::make() } }"),
        ("crypto", "go! { use crate::{error::Error, seal::Seal}; }"),
        ("crypto", "go! { use crate::*; }"),
        ("crypto", "crate::seal::go!();"),
        ("crypto", "#[crate::seal::go] fn f() {}"),
        ("crypto", "#[serde(with = \"crate::seal::form\")] struct S;"),
        ("crypto", "#[cfg(not(test))] use crate::seal::Seal;"),
        ("crypto", "mod inner { use super::super::seal::Seal; }"),
        ("crypto", "#[path = \"../seal.rs\"] mod other;"),
        ("crypto", "include!(\"seal.rs\");"),
        ("crypto", "use crate::asn1;"),
        ("crypto", "use crate::asn1::x509::Name;"),
        ("crypto", "use crate::asn1::{oid, x509};"),
        ("crypto", "use crate::asn1::Name;"),
        ("crypto", "use crate::nowhere::X;"),
        ("seal", "use crate::voucher::Voucher;"),
        ("seal", "pub(crate) use crate::voucher::Voucher;"),
        ("error", "use crate::Error2;"),
        ("extra", ""),
    ] {
        assert!(!planted(module, text).is_empty(), "not found: {module}: {text}");
    }
    assert_eq!(check(&Layers::parse(PICTURE), &[]).len(), 5, "modules that do not exist");
}

#[test]
fn what_is_allowed_is_not_reported() {
    for (module, text) in [
        ("", "pub mod seal; pub use error::{Error, Result as Outcome}; pub use seal::Seal;"),
        ("crypto", "use crate::{Error, Outcome, error};"),
        ("crypto", "use crate::asn1::{Oid, oid::SM2, sm2::Signature};"),
        ("crypto", "mod inner { use super::super::error::Error; use super::thing; }"),
        ("crypto", "#[cfg(test)] mod tests { use crate::seal::Seal; }"),
        ("crypto", "#[cfg(all(test, unix))] fn f() { crate::seal::make() }"),
        ("crypto", "impl X { #[cfg(test)] fn f() { crate::seal::make() } }"),
        ("crypto", "/// See [`crate::seal::Seal`].\npub(in crate::crypto) fn f() {}"),
        ("crypto", "impl X { fn f(&self) { self.go(self); go!(self.x) } }"),
        ("crypto", "fn f() { println!(\"crate::seal\"); }"),
        ("seal::check", "use super::Seal; use crate::seal::Part; use crate::crypto::sm3;"),
        ("seal::tests", "use crate::voucher::Voucher;"),
        ("seal::tests::more", "use crate::voucher::Voucher;"),
        ("voucher", "use std::fmt; use quick_xml::seal::X;"),
    ] {
        assert_eq!(planted(module, text), Vec::<String>::new(), "{module}: {text}");
    }
}
