//! Parts of a project that have nothing to do with each other.

use rustc_hash::FxHashMap;

use super::{Project, SourceFile};

impl Project {
    /// Takes the project apart into packages that depend on each other, directly or not, each
    /// part a project of its own. The parts share the texts.
    ///
    /// ```
    /// use linger_lint::source::{Edition, Project, SourceFile, Target, TargetKind};
    ///
    /// let target = |package: &str, dependencies: &[&str]| Target {
    ///     name: package.into(),
    ///     package: package.into(),
    ///     renames: Vec::new(),
    ///     dependencies: dependencies.iter().map(|name| name.to_string()).collect(),
    ///     kind: TargetKind::Lib,
    ///     edition: Edition::E2024,
    /// };
    /// let file = |target| SourceFile {
    ///     path: format!("{target}.rs"),
    ///     text: Ok("".into()),
    ///     target,
    ///     module: Vec::new(),
    ///     test: false,
    /// };
    /// let project = Project {
    ///     targets: vec![target("server", &["wire"]), target("tool", &[]), target("wire", &[])],
    ///     files: vec![file(0), file(1), file(2)],
    /// };
    /// let islands = project.islands();
    /// let sizes: Vec<usize> = islands.iter().map(|island| island.files.len()).collect();
    /// assert_eq!(sizes, [2, 1]);
    /// ```
    pub fn islands(&self) -> Vec<Project> {
        let of_package = self.numbered();
        let mut islands: Vec<Project> = Vec::new();
        // The island of each target, and its number there.
        let mut places = Vec::with_capacity(self.targets.len());
        for target in &self.targets {
            let number = of_package.get(&*target.package).copied().unwrap_or_default();
            if islands.len() <= number {
                islands.resize_with(number + 1, Project::default);
            }
            places.push((number, islands[number].targets.len()));
            islands[number].targets.push(target.clone());
        }
        for file in &self.files {
            // A file of no target has nothing to do with any, and is checked all the same.
            let (island, target) = places.get(file.target).copied().unwrap_or((0, usize::MAX));
            if islands.is_empty() {
                islands.push(Project::default());
            }
            islands[island].files.push(SourceFile { target, ..file.clone() });
        }
        islands
    }

    /// The number of each package's island, counted in the order of the targets.
    fn numbered(&self) -> FxHashMap<&str, usize> {
        let mut neighbours: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for target in &self.targets {
            neighbours.entry(&target.package).or_default();
            for other in &target.dependencies {
                neighbours.entry(&target.package).or_default().push(other);
                neighbours.entry(other).or_default().push(&target.package);
            }
        }
        let mut numbers = FxHashMap::default();
        let mut next = 0;
        for target in &self.targets {
            if numbers.contains_key(&*target.package) {
                continue;
            }
            let mut todo = vec![&*target.package];
            while let Some(package) = todo.pop() {
                if numbers.insert(package, next).is_none() {
                    todo.extend(neighbours.get(package).into_iter().flatten());
                }
            }
            next += 1;
        }
        numbers
    }
}
