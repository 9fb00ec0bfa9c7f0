//! What holds for the guide: its links lead somewhere, its configurations are understood, and its
//! examples are found as it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use linger_lint::config::Config;
use linger_lint::finding::Level;
use linger_lint::source::Edition;
use linger_tests::expectation::Expectation;
use linger_tests::pages;

use crate::fixtures::{differences, findings_with};

/// Every page: its path in the guide's folder, and its text.
fn pages_of_the_guide() -> Vec<(PathBuf, String)> {
    let mut folders = vec![pages::folder()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the guide's folder can be read") {
            let path = entry.expect("the guide's folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("a page is text");
                let path = path.strip_prefix(pages::folder()).expect("it lies below").to_owned();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// What stands in the code blocks of a language, in order, with the line of each.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut inside) {
            (Some(opened), None) => inside = Some((opened == language, index, String::new())),
            (Some(_), Some(_)) => {
                if let Some((true, start, block)) = inside.take() {
                    blocks.push((start, block));
                }
            }
            (None, Some((_, _, block))) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The targets of a page's links to other pages, outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let prose = text.lines().filter(|line| {
        in_code ^= line.starts_with("```");
        !in_code
    });
    prose
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://"))
        .collect()
}

/// The end of a link to each heading.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    headings
        .map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

#[test]
fn every_link_leads_to_a_page_and_a_heading() {
    let mut broken = Vec::new();
    for (path, text) in pages_of_the_guide() {
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let here = path.parent().unwrap_or(Path::new(""));
            let target = if file.is_empty() { path.clone() } else { here.join(file) };
            let there = fs::read_to_string(pages::folder().join(&target));
            let fits = there.is_ok_and(|t| anchor.is_empty() || anchors(&t).contains(anchor));
            if !fits {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_is_in_the_summary() {
    let pages = pages_of_the_guide();
    let (_, summary) = pages.iter().find(|(path, _)| path.ends_with("SUMMARY.md")).expect("one");
    let listed: BTreeSet<PathBuf> = links(summary).into_iter().map(PathBuf::from).collect();
    let there: BTreeSet<PathBuf> = (pages.iter().map(|(path, _)| path.clone()))
        .filter(|path| !path.ends_with("SUMMARY.md"))
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn every_configuration_of_the_guide_is_understood() {
    for (path, text) in pages_of_the_guide() {
        for (line, block) in blocks(&text, "toml") {
            let read = Config::from_toml(&block);
            assert!(read.is_ok(), "{}:{}: {}", path.display(), line + 1, read.unwrap_err());
        }
    }
}

/// An example with `//~` markers is checked under the configuration that stands before it.
#[test]
fn examples_are_found_as_the_guide_says() {
    let mut checked = 0;
    let mut report = String::new();
    for (path, text) in pages_of_the_guide() {
        let configurations = blocks(&text, "toml");
        for (line, block) in blocks(&text, "rust") {
            let Some((_, configuration)) =
                configurations.iter().rev().find(|(before, _)| *before < line)
            else {
                continue;
            };
            let expectation = Expectation::read(&block);
            if expectation.findings.is_empty() {
                continue;
            }
            let config = Config::from_toml(configuration).expect("another test tells");
            let name = format!("{}, line {}: example", path.display(), line + 1);
            let found = findings_with(config, &name, &block, Edition::E2024, |rule| {
                rule.level != Level::Allow
            });
            report.push_str(&differences(&name, &expectation.findings, &found));
            checked += 1;
        }
    }
    assert!(report.is_empty(), "\n{report}");
    assert!(checked > 0, "the guide has no example that could be checked");
}

#[test]
fn every_role_that_the_guide_lists_exists() {
    let page = fs::read_to_string(pages::folder().join("wrappers.md")).expect("it is there");
    let table = page.split("| role | means |").nth(1).expect("it lists the roles");
    let roles = table.lines().map_while(|line| match line {
        "" | "| --- | --- |" => Some(None),
        line => Some(Some(line.strip_prefix("| `")?.split_once('`')?.0)),
    });
    let roles: Vec<&str> = roles.flatten().collect();
    assert!(roles.len() > 10, "{roles:?}");
    for role in roles {
        let read = format!("[catalogue.functions]\n\"a::b\" = {{ role = \"{role}\" }}");
        assert!(Config::from_toml(&read).is_ok(), "no role is called {role}");
    }
}

#[test]
fn every_kind_of_the_tracker_is_explained() {
    let page = fs::read_to_string(pages::folder().join("verdicts.md")).expect("it is there");
    for kind in linger::Kind::ALL {
        let row = format!("| `{kind}` | {} |", kind.severity());
        assert!(page.contains(&row), "docs/src/verdicts.md has no row that begins {row:?}");
    }
}
