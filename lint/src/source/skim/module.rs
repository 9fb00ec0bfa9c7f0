//! `mod` declarations, and the files they may mean.

/// A `mod name;`, which asks for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModDecl {
    /// The name, without `r#`.
    pub name: String,
    /// The inline modules it stands in, outermost first, each with its `#[path]`.
    pub inline: Vec<(String, Option<String>)>,
    /// Its `#[path = "…"]`.
    pub path: Option<String>,
    /// The paths that `#[cfg_attr(…, path = "…")]` gives it under some condition.
    pub conditional_paths: Vec<String>,
    /// Only tests have it: `#[cfg(test)]` or the like stands on it or on a module around it.
    pub test: bool,
}

/// A file that a declaration may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it would be, from the folder of the declaring file, with `/` between folders.
    pub path: String,
    /// Its own modules lie beside it, as those of `mod.rs`, and not in a folder of its name.
    pub owns_folder: bool,
}

impl ModDecl {
    /// The module path below the declaring file's own: the inline modules, then the name.
    pub fn path(&self) -> Vec<&str> {
        let inline = self.inline.iter().map(|(name, _)| name.as_str());
        inline.chain([self.name.as_str()]).collect()
    }

    /// The files it may mean, in groups: of each group the first that exists is taken.
    ///
    /// `stem` is the declaring file's name without `.rs`, or nothing if that file owns its
    /// folder: a crate root, a `mod.rs`, or a file that was itself found by `#[path]`.
    ///
    /// ```
    /// use linger_lint::source::skim::skim;
    ///
    /// let found = skim("mod tcp;");
    /// let groups = found.modules[0].candidates(Some("net"));
    /// let paths: Vec<_> = groups[0].iter().map(|file| file.path.as_str()).collect();
    /// assert_eq!(paths, ["net/tcp.rs", "net/tcp/mod.rs"]);
    /// ```
    pub fn candidates(&self, stem: Option<&str>) -> Vec<Vec<Candidate>> {
        let explicit = |path: &String| {
            // A path outside any inline module starts at the declaring file's folder.
            let folder = if self.inline.is_empty() { String::new() } else { self.folder(stem) };
            let path = folder + &path.replace('\\', "/");
            vec![Candidate { path, owns_folder: true }]
        };
        if let Some(path) = &self.path {
            return vec![explicit(path)];
        }
        let folder = self.folder(stem);
        let name = &self.name;
        let usual = vec![
            Candidate { path: format!("{folder}{name}.rs"), owns_folder: false },
            Candidate { path: format!("{folder}{name}/mod.rs"), owns_folder: true },
        ];
        self.conditional_paths.iter().map(explicit).chain([usual]).collect()
    }

    /// The folder its file is looked for in, ending in `/` unless empty.
    fn folder(&self, stem: Option<&str>) -> String {
        let mut folder = String::new();
        let mut stem = stem;
        for (name, path) in &self.inline {
            // A path on an inline module replaces the declaring file's own folder, too.
            let own = stem.take().filter(|_| path.is_none());
            for part in own.into_iter().chain([path.as_deref().unwrap_or(name)]) {
                folder.push_str(part);
                folder.push('/');
            }
        }
        if let Some(own) = stem {
            folder.push_str(own);
            folder.push('/');
        }
        folder
    }
}

/// The name, if `text` ends in `mod name`.
///
/// Looking back from each `;` and `{` is far cheaper than looking at every word.
pub(super) fn declared_at_end(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let name_start = text.char_indices().rev().take_while(|(_, c)| is_word(*c)).last()?.0;
    let (before, name) = text.split_at(name_start);
    let before = before.strip_suffix("r#").unwrap_or(before);
    let keyword = before.trim_end();
    if keyword.len() == before.len() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = keyword.strip_suffix("mod")?;
    (!rest.ends_with(|c: char| is_word(c) || c == '$' || c == '#')).then_some(name)
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
