//! Reads the tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Catalogue, Drops, FnFact, Kind, Mode, Role, Runs, TypeFact};
use crate::model::{Name, Path, TypeRef};
use crate::syntax;

// `TABLES`: each library's name and the text of its table.
include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Why a table could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueError(String);

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CatalogueError {}

/// A table as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// Other paths of modules, types and functions: `"futures::channel" = "futures_channel"`.
    aliases: BTreeMap<Name, Name>,
    types: BTreeMap<Name, TypeEntry>,
    functions: BTreeMap<Name, FnEntry>,
    /// Further methods of types that another table lists.
    methods: BTreeMap<Name, BTreeMap<Name, FnEntry>>,
    /// The words by which a file is known that uses the table, where the names of its types and
    /// functions are too common to tell.
    words: Vec<Name>,
}

/// A type as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct TypeEntry {
    params: Vec<Name>,
    is: Kind,
    deref: Option<String>,
    item: Option<String>,
    output: Option<String>,
    /// Its public fields.
    fields: BTreeMap<Name, String>,
    drop: Drops,
    drop_panics_in_async: bool,
    r#async: bool,
    copy: bool,
    reentrant: bool,
    /// Its methods call the closures that they are given before they return, or what they return
    /// soon does, as iterators do.
    in_place: bool,
    /// The methods of these types as well: the parts that several types share. Their first
    /// parameter is this type's first, and so on; their `Self` is this type.
    like: Vec<Name>,
    methods: BTreeMap<Name, FnEntry>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct FnEntry {
    /// The generic parameters of a free function.
    params: Vec<Name>,
    ret: Option<String>,
    role: Option<Role>,
    mode: Mode,
    consumes: bool,
    r#async: bool,
    r#try: bool,
    blocks: Option<Name>,
    blocks_when_full: Option<Name>,
    panics_in_async: bool,
    cancel_unsafe: Option<Name>,
    arg: Option<usize>,
    panics_at_zero: bool,
    transient: bool,
    lags: bool,
    recursive: bool,
    locks: bool,
    runs: Runs,
    with: Vec<String>,
    /// Where it is not said, as for the type.
    in_place: Option<bool>,
}

pub(super) fn built_in() -> &'static Catalogue {
    static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| match tables(TABLES) {
        Ok(catalogue) => catalogue,
        Err(error) => panic!("the catalogue: {error}"),
    });
    &BUILT_IN
}

fn tables(texts: &[(&str, &str)]) -> Result<Catalogue, CatalogueError> {
    let mut catalogue = Catalogue::default();
    let mut read = Vec::with_capacity(texts.len());
    for (library, text) in texts {
        let table = toml::from_str::<Table>(text)
            .map_err(|error| CatalogueError(format!("{library}: {error}")))?;
        read.push(table);
    }
    add(&mut catalogue, read)?;
    Ok(catalogue)
}

pub(super) fn extend(catalogue: &mut Catalogue, table: &toml::Table) -> Result<(), CatalogueError> {
    let table = toml::Value::Table(table.clone())
        .try_into()
        .map_err(|error: toml::de::Error| CatalogueError(error.to_string()))?;
    add(catalogue, vec![table])
}

/// Adds tables all at once, so that they may speak of each other in any order.
fn add(catalogue: &mut Catalogue, tables: Vec<Table>) -> Result<(), CatalogueError> {
    let mut changed = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut further = Vec::new();
    for table in tables {
        let paths = table.aliases.keys().chain(table.functions.keys()).chain(table.types.keys());
        let libraries = paths.filter_map(|path| path.split("::").next()).map(Name::from);
        catalogue.libraries.extend(libraries);
        catalogue.aliases.extend(table.aliases);
        let names_tell = table.words.is_empty();
        catalogue.words.extend(table.words);
        for (path, entry) in table.functions {
            // A call's generic arguments are not followed: its parameters are unknown types.
            let words = Words { params: &entry.params, ..Words::default() };
            let fact = function(path.clone(), &entry, &words)?;
            if names_tell && fact.matters() {
                catalogue.words.extend(path.rsplit("::").next().map(Name::from));
            }
            catalogue.functions.insert(path, fact);
        }
        for (path, entry) in table.types {
            if !changed.insert(path.clone()) {
                return Err(CatalogueError(format!("`{path}` is listed twice")));
            }
            told.extend(names_tell.then(|| path.clone()));
            catalogue.entries.insert(path, entry);
        }
        further.extend(table.methods);
    }
    for (path, methods) in further {
        let Some(entry) = catalogue.entries.get_mut(&path) else {
            return Err(CatalogueError(format!("`{path}`, which gets methods, is not known")));
        };
        for (name, method) in methods {
            if entry.methods.insert(name.clone(), method).is_some() {
                return Err(CatalogueError(format!("`{path}::{name}` is listed twice")));
            }
        }
        changed.insert(path);
    }
    for path in changed {
        let fact = ty(&catalogue.entries, path.clone())?;
        if told.contains(&path) && fact.matters() {
            catalogue.words.extend(path.rsplit("::").next().map(Name::from));
        }
        catalogue.types.insert(path, fact);
    }
    Ok(())
}

fn ty(entries: &BTreeMap<Name, TypeEntry>, path: Name) -> Result<TypeFact, CatalogueError> {
    let entry = &entries[&path];
    let args: Vec<TypeRef> = entry.params.iter().map(|param| word(param, Vec::new())).collect();
    let this = word(&path, args.clone());
    let words = Words { params: &entry.params, args: &args, this: Some(&this) };
    let parse = |text: &Option<String>| text.as_ref().map(|text| words.parsed(text)).transpose();
    let fields = entry.fields.iter();
    let fields = fields.map(|(name, text)| Ok((name.clone(), words.parsed(text)?)));
    let mut fact = TypeFact {
        fields: fields.collect::<Result<_, _>>()?,
        kind: entry.is,
        deref: parse(&entry.deref)?,
        item: parse(&entry.item)?,
        output: parse(&entry.output)?,
        drops: entry.drop,
        drop_panics_in_async: entry.drop_panics_in_async,
        is_async: entry.r#async,
        is_copy: entry.copy,
        reentrant: entry.reentrant,
        methods: Default::default(),
        params: entry.params.clone(),
        path: path.clone(),
    };
    let mut models = vec![path.clone()];
    models_of(entries, &path, &mut models)?;
    for model in models.iter().rev() {
        let model = &entries[model];
        let words = Words { params: &model.params, ..words };
        for (name, method) in &model.methods {
            let full = Name::from(format!("{path}::{name}"));
            let mut read = function(full, method, &words)?;
            read.in_place = method.in_place.unwrap_or(model.in_place);
            fact.methods.insert(name.clone(), read);
        }
    }
    Ok(fact)
}

/// The types that a type is like, and those that they are like: the nearest first.
fn models_of(
    entries: &BTreeMap<Name, TypeEntry>,
    path: &Name,
    models: &mut Vec<Name>,
) -> Result<(), CatalogueError> {
    for like in &entries[path].like {
        if !entries.contains_key(like) {
            return Err(CatalogueError(format!("`{path}` is like `{like}`, which is not known")));
        }
        if !models.contains(like) {
            models.push(like.clone());
            models_of(entries, like, models)?;
        }
    }
    Ok(())
}

fn function(path: Name, entry: &FnEntry, words: &Words<'_>) -> Result<FnFact, CatalogueError> {
    Ok(FnFact {
        ret: entry.ret.as_ref().map(|text| words.parsed(text)).transpose()?,
        role: entry.role,
        mode: entry.mode,
        consumes: entry.consumes,
        is_async: entry.r#async,
        is_try: entry.r#try,
        blocks: entry.blocks.clone(),
        blocks_when_full: entry.blocks_when_full.clone(),
        panics_in_async: entry.panics_in_async,
        cancel_unsafe: entry.cancel_unsafe.clone(),
        arg: entry.arg,
        panics_at_zero: entry.panics_at_zero,
        transient: entry.transient,
        lags: entry.lags,
        recursive: entry.recursive,
        locks: entry.locks,
        runs: entry.runs,
        with: entry.with.iter().map(|text| words.parsed(text)).collect::<Result<_, _>>()?,
        in_place: entry.in_place.unwrap_or(false),
        path,
    })
}

/// What the words stand for that the types of one entry are written in.
#[derive(Clone, Copy, Default)]
struct Words<'a> {
    /// The entry's parameters …
    params: &'a [Name],
    /// … and what they are.
    args: &'a [TypeRef],
    /// What `Self` is.
    this: Option<&'a TypeRef>,
}

impl Words<'_> {
    fn parsed(&self, text: &str) -> Result<TypeRef, CatalogueError> {
        let mut ty = syntax::parse_type(text)
            .ok_or_else(|| CatalogueError(format!("`{text}` is not a type")))?;
        self.spell_out(&mut ty);
        Ok(ty)
    }

    /// Puts the types in the place of parameters and `Self`, and gives the short names of std's
    /// everyday types their paths.
    fn spell_out(&self, ty: &mut TypeRef) {
        match ty {
            TypeRef::Path(path) => {
                if let Some(meant) = self.meant(path) {
                    *ty = meant;
                    return;
                }
                path.args.iter_mut().for_each(|arg| self.spell_out(arg));
                if let Some(full) = everyday(path) {
                    path.segments = full.split("::").map(Name::from).collect();
                }
            }
            TypeRef::Ref(inner) | TypeRef::Slice(inner) | TypeRef::Fn(inner) => {
                self.spell_out(inner);
            }
            TypeRef::Tuple(parts) => parts.iter_mut().for_each(|part| self.spell_out(part)),
            TypeRef::Unknown | TypeRef::Never | TypeRef::Bounds(_) => {}
        }
    }

    fn meant(&self, path: &Path) -> Option<TypeRef> {
        let [word] = path.segments.as_slice() else { return None };
        if word == "Self" {
            return self.this.cloned();
        }
        let position = self.params.iter().position(|param| param == word)?;
        Some(self.args.get(position).cloned().unwrap_or_default())
    }
}

/// A type by its path.
fn word(path: &str, args: Vec<TypeRef>) -> TypeRef {
    let segments = path.split("::").map(Name::from).collect();
    TypeRef::Path(Box::new(Path { segments, args, ..Path::default() }))
}

fn everyday(path: &Path) -> Option<&'static str> {
    let [word] = path.segments.as_slice() else { return None };
    Some(match word.as_str() {
        "Option" => "std::option::Option",
        "Result" => "std::result::Result",
        "Vec" => "std::vec::Vec",
        "String" => "std::string::String",
        "Box" => "std::boxed::Box",
        "Arc" => "std::sync::Arc",
        "Rc" => "std::rc::Rc",
        "Pin" => "std::pin::Pin",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{TABLES, tables};
    use crate::catalogue::{Catalogue, Role};
    use crate::model::TypeRef;

    const PAIR: (&str, &str) = (
        "b",
        "[types.\"b::Pair\"]\nparams = [\"A\", \"B\"]\n\
         methods.second = { ret = \"Option<B>\" }\nmethods.same = { ret = \"&Self\" }",
    );

    fn ret(catalogue: &Catalogue, ty: &str, method: &str) -> TypeRef {
        catalogue.method(ty, method).unwrap().ret.clone().unwrap()
    }

    #[test]
    fn a_type_may_be_like_one_of_a_later_table_and_like_what_that_is_like() {
        let own = "[types.\"a::Own\"]\nparams = [\"X\", \"Y\"]\nlike = [\"a::Middle\"]";
        let middle = "[types.\"a::Middle\"]\nparams = [\"P\", \"Q\"]\nlike = [\"b::Pair\"]";
        let catalogue = tables(&[("a", &format!("{own}\n{middle}")), PAIR]).unwrap();
        let method = catalogue.method("a::Own", "second").unwrap();
        assert_eq!(method.path, "a::Own::second");
        let direct = "methods.second = { ret = \"Option<Y>\" }\nmethods.same = { ret = \"&Self\" }";
        let direct = format!("[types.\"a::Own\"]\nparams = [\"X\", \"Y\"]\n{direct}");
        let direct = tables(&[("a", &direct)]).unwrap();
        for name in ["second", "same"] {
            assert_eq!(ret(&catalogue, "a::Own", name), ret(&direct, "a::Own", name));
        }
    }

    #[test]
    fn a_table_may_add_methods_to_a_type_of_another() {
        let more = "[methods.\"b::Pair\"]\nfirst = { ret = \"A\", role = \"take\" }";
        let catalogue = tables(&[("a", more), PAIR]).unwrap();
        assert_eq!(catalogue.method("b::Pair", "first").unwrap().role, Some(Role::Take));
        assert!(catalogue.method("b::Pair", "second").is_some());
    }

    #[test]
    fn words_and_types_that_are_not_known_are_errors() {
        let wrong = [
            ("[types.\"a::B\"]\nis = \"lok\"", "lok"),
            ("[functions]\n\"a::b\" = { rolle = \"lock\" }", "rolle"),
            ("[functions]\n\"a::b\" = { ret = \"Option<\" }", "Option<"),
            ("[types.\"a::B\"]\nlike = [\"a::C\"]", "a::C"),
            ("[methods.\"a::C\"]\nd = {}", "a::C"),
        ];
        for (text, word) in wrong {
            let error = tables(&[("a", text)]).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        let twice = tables(&[PAIR, PAIR]).unwrap_err().to_string();
        assert!(twice.contains("b::Pair"), "{twice}");
    }

    #[test]
    fn each_table_is_in_order() {
        for (library, text) in TABLES {
            assert!(toml::from_str::<super::Table>(text).is_ok(), "{library}");
        }
        tables(TABLES).unwrap();
    }

    #[test]
    fn aliases_lead_to_what_is_listed() {
        let catalogue = tables(TABLES).unwrap();
        for (from, to) in &catalogue.aliases {
            assert!(catalogue.ty(from).is_none(), "{from} is an alias and a type");
            assert!(catalogue.function(from).is_none(), "{from} is an alias and a function");
            let canonical = catalogue.canonical(from).unwrap();
            let listed = |path: &crate::model::Name| path.starts_with(canonical.as_str());
            let leads = catalogue.types.keys().chain(catalogue.functions.keys()).any(listed);
            assert!(leads, "{from} leads to {to}, where nothing is");
        }
    }

    #[test]
    fn the_types_that_the_tables_name_are_listed() {
        let catalogue = tables(TABLES).unwrap();
        let mut unknown = Vec::new();
        for fact in catalogue.functions() {
            named(&catalogue, fact, &fact.path, &[], &mut unknown);
        }
        for ty in catalogue.types() {
            // Only what it names is looked up there: nothing is worked out.
            for word in ["Output", "Returned", "Item"] {
                let deref = format!("{:?}", ty.deref);
                assert!(!deref.contains(&format!("\"{word}\"")), "{}: {deref}", ty.path);
            }
            for part in [&ty.deref, &ty.item, &ty.output].into_iter().flatten() {
                walk(&catalogue, part, &ty.path, &ty.params, &mut unknown);
            }
            for method in ty.methods.values() {
                named(&catalogue, method, &method.path, &ty.params, &mut unknown);
            }
        }
        unknown.sort();
        assert!(unknown.is_empty(), "{unknown:#?}");
    }

    fn named(
        catalogue: &Catalogue,
        fact: &crate::catalogue::FnFact,
        at: &str,
        params: &[crate::model::Name],
        unknown: &mut Vec<String>,
    ) {
        fact.ret.iter().chain(&fact.with).for_each(|ty| walk(catalogue, ty, at, params, unknown));
    }

    fn walk(
        catalogue: &Catalogue,
        ty: &TypeRef,
        at: &str,
        params: &[crate::model::Name],
        unknown: &mut Vec<String>,
    ) {
        match ty {
            TypeRef::Path(path) => {
                path.args.iter().for_each(|arg| walk(catalogue, arg, at, params, unknown));
                let full = path.segments.join("::");
                let known = match path.segments.as_slice() {
                    [word] => {
                        params.contains(word)
                            || word.starts_with(char::is_lowercase)
                            || matches!(
                                word.as_str(),
                                "Output" | "Returned" | "Item" | "Future" | "Iterator"
                            )
                            || word.strip_prefix("Arg").is_some_and(|n| n.parse::<u8>().is_ok())
                    }
                    _ => catalogue.ty(&full).is_some(),
                };
                if !known {
                    unknown.push(format!("{at}: {full}"));
                }
            }
            TypeRef::Ref(inner) | TypeRef::Slice(inner) | TypeRef::Fn(inner) => {
                walk(catalogue, inner, at, params, unknown);
            }
            TypeRef::Tuple(parts) => {
                parts.iter().for_each(|part| walk(catalogue, part, at, params, unknown));
            }
            TypeRef::Bounds(_) => unknown.push(format!("{at}: a bound")),
            TypeRef::Unknown | TypeRef::Never => {}
        }
    }
}
