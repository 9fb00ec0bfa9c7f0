//! Reads the tables.

use std::fmt;

use serde::Deserialize;

use super::{Catalogue, Drops, FnFact, Kind, Mode, Role, Runs, TypeFact};
use crate::model::{Name, Path, TypeRef};
use crate::syntax;

/// The tables that linger brings along: a library's name and its text.
const TABLES: [(&str, &str); 1] = [("std", include_str!("../../catalogue/std.toml"))];

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
    aliases: toml::map::Map<String, toml::Value>,
    types: std::collections::BTreeMap<String, TypeEntry>,
    functions: std::collections::BTreeMap<String, FnEntry>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct TypeEntry {
    params: Vec<Name>,
    is: Kind,
    deref: Option<String>,
    item: Option<String>,
    output: Option<String>,
    drop: Drops,
    r#async: bool,
    copy: bool,
    /// The methods of these types as well: the parts that several types share.
    like: Vec<String>,
    methods: std::collections::BTreeMap<String, FnEntry>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct FnEntry {
    ret: Option<String>,
    role: Option<Role>,
    mode: Mode,
    consumes: bool,
    r#async: bool,
    r#try: bool,
    blocks: Option<Name>,
    panics_in_async: bool,
    cancel_unsafe: Option<Name>,
    arg: Option<usize>,
    runs: Runs,
    with: Vec<String>,
}

pub(super) fn built_in() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (library, text) in TABLES {
        let read = toml::from_str::<Table>(text)
            .map_err(|error| CatalogueError(error.to_string()))
            .and_then(|table| add(&mut catalogue, table));
        if let Err(error) = read {
            panic!("the table of {library}: {error}");
        }
    }
    catalogue
}

pub(super) fn extend(catalogue: &mut Catalogue, table: &toml::Table) -> Result<(), CatalogueError> {
    let table = toml::Value::Table(table.clone())
        .try_into()
        .map_err(|error| CatalogueError(error.to_string()))?;
    add(catalogue, table)
}

fn add(catalogue: &mut Catalogue, table: Table) -> Result<(), CatalogueError> {
    let paths = table.aliases.keys().chain(table.functions.keys()).chain(table.types.keys());
    let libraries = paths.filter_map(|path| path.split("::").next()).map(Name::from);
    catalogue.libraries.extend(libraries);
    for (from, to) in table.aliases {
        let Some(to) = to.as_str() else {
            return Err(CatalogueError(format!("the alias `{from}` must name a path")));
        };
        catalogue.aliases.insert(Name::from(from), Name::from(to));
    }
    for (path, entry) in table.functions {
        let fact = function(Name::from(&path), entry, &[])?;
        catalogue.functions.insert(Name::from(path), fact);
    }
    for (path, entry) in table.types {
        let fact = ty(catalogue, Name::from(&path), entry)?;
        catalogue.types.insert(Name::from(path), fact);
    }
    Ok(())
}

fn ty(catalogue: &Catalogue, path: Name, entry: TypeEntry) -> Result<TypeFact, CatalogueError> {
    let params = entry.params;
    let parse = |text: Option<String>| text.map(|text| parsed(&text, &params)).transpose();
    let mut fact = TypeFact {
        kind: entry.is,
        deref: parse(entry.deref)?,
        item: parse(entry.item)?,
        output: parse(entry.output)?,
        drops: entry.drop,
        is_async: entry.r#async,
        is_copy: entry.copy,
        methods: Default::default(),
        params: params.clone(),
        path: path.clone(),
    };
    for like in entry.like {
        let Some(model) = catalogue.types.get(like.as_str()) else {
            return Err(CatalogueError(format!("`{path}` is like `{like}`, which is not known")));
        };
        fact.methods.extend(model.methods.iter().map(|(name, fact)| (name.clone(), fact.clone())));
    }
    for (name, method) in entry.methods {
        let full = Name::from(format!("{path}::{name}"));
        fact.methods.insert(Name::from(name), function(full, method, &params)?);
    }
    Ok(fact)
}

fn function(path: Name, entry: FnEntry, params: &[Name]) -> Result<FnFact, CatalogueError> {
    Ok(FnFact {
        ret: entry.ret.map(|text| parsed(&text, params)).transpose()?,
        role: entry.role,
        mode: entry.mode,
        consumes: entry.consumes,
        is_async: entry.r#async,
        is_try: entry.r#try,
        blocks: entry.blocks,
        panics_in_async: entry.panics_in_async,
        cancel_unsafe: entry.cancel_unsafe,
        arg: entry.arg,
        runs: entry.runs,
        with: entry.with.iter().map(|text| parsed(text, params)).collect::<Result<_, _>>()?,
        path,
    })
}

fn parsed(text: &str, params: &[Name]) -> Result<TypeRef, CatalogueError> {
    let mut ty = syntax::parse_type(text)
        .ok_or_else(|| CatalogueError(format!("`{text}` is not a type")))?;
    spell_out(&mut ty, params);
    Ok(ty)
}

/// Gives the short names of std's everyday types their paths.
fn spell_out(ty: &mut TypeRef, params: &[Name]) {
    match ty {
        TypeRef::Path(path) => {
            path.args.iter_mut().for_each(|arg| spell_out(arg, params));
            if let Some(full) = everyday(path, params) {
                path.segments = full.split("::").map(Name::from).collect();
            }
        }
        TypeRef::Ref(inner) | TypeRef::Slice(inner) | TypeRef::Fn(inner) => {
            spell_out(inner, params);
        }
        TypeRef::Tuple(parts) => parts.iter_mut().for_each(|part| spell_out(part, params)),
        TypeRef::Unknown | TypeRef::Never | TypeRef::Bounds(_) => {}
    }
}

fn everyday(path: &Path, params: &[Name]) -> Option<&'static str> {
    let [word] = path.segments.as_slice() else { return None };
    if params.contains(word) {
        return None;
    }
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
