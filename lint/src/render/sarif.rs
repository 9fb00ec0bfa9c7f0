//! SARIF 2.1.0, which code scanning services read.

mod uri;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Invocation, Location, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region, Replacement,
    ReportingConfiguration, ReportingDescriptor, ReportingDescriptorReference, Result as Entry,
    ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent,
};

use super::Surroundings;
use crate::Report;
use crate::finding::{self, Finding, Level, Origin};
use crate::fingerprint::fingerprints;
use crate::rules;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name and version of our fingerprints.
const FINGERPRINT: &str = "lingerFinding/v1";

pub(super) fn render(
    report: &Report,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Also what a comment answers for: services show that as closed, with the reason.
    let suppressed = report.suppressed.iter().map(|one| (&one.finding, Some(&*one.reason)));
    let all: Vec<_> =
        report.findings.iter().map(|finding| (finding, None)).chain(suppressed).collect();
    let findings: Vec<Finding> = all.iter().map(|(finding, _)| (*finding).clone()).collect();
    let fingerprints = fingerprints(&findings, &surroundings.texts);

    let mut named: Vec<&str> = all.iter().map(|(finding, _)| &*finding.rule).collect();
    named.sort_unstable();
    named.dedup();
    // Code scanning refuses a whole log for one result without a place.
    let (placed, unplaced): (Vec<_>, Vec<_>) =
        all.iter().zip(fingerprints).partition(|((finding, _), _)| !finding.file.is_empty());
    let entries = placed.into_iter().map(|((finding, reason), fingerprint)| {
        let mut entry = entry(finding, fingerprint);
        entry.rule_index = named.binary_search(&&*finding.rule).ok().map(number);
        entry.suppressions = reason.map(|reason| vec![suppression(reason)]);
        entry
    });
    let driver = ToolComponent::builder()
        .name("linger")
        .full_name(concat!("linger ", env!("CARGO_PKG_VERSION")))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(named.iter().map(|name| rule(name)).collect::<Vec<_>>())
        .build();
    let notifications = unplaced.iter().map(|((finding, _), _)| notification(finding));
    let invocation = Invocation::builder()
        .execution_successful(true)
        .tool_execution_notifications(notifications.collect::<Vec<_>>())
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(entries.collect::<Vec<_>>())
        .invocations(vec![invocation])
        .column_kind(json!("unicodeCodePoints"))
        .build();
    let log = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// What is known of the rule; what only a run finds has no page.
fn rule(name: &str) -> ReportingDescriptor {
    let tags = PropertyBag::builder().tags(vec!["concurrency".to_owned()]).build();
    let mut descriptor =
        ReportingDescriptor::builder().id(name).name(pascal(name)).properties(tags).build();
    let known = rules::find(name);
    let summary = known.map_or_else(|| name.replace('-', " "), |rule| rule.summary.to_owned());
    descriptor.short_description = Some(MultiformatMessageString::builder().text(summary).build());
    if let Some(rule) = known {
        let level = json!(result_level(rule.level));
        descriptor.default_configuration =
            Some(ReportingConfiguration::builder().level(level).build());
        let docs = rule.docs.trim();
        descriptor.help =
            Some(MultiformatMessageString::builder().text(docs).markdown(docs).build());
    }
    descriptor
}

/// `double-lock` as `DoubleLock`, the case that the standard asks of names.
fn pascal(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    words.collect()
}

fn entry(finding: &Finding, fingerprint: String) -> Entry {
    let related = finding.labels.iter().enumerate().filter_map(|(index, label)| {
        let mut location = location(&label.file, label.span)?;
        location.id = Some(number(index));
        location.message = Some(message(&label.message));
        Some(location)
    });
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("\n\nhelp: ");
        text.push_str(help);
    }
    Entry::builder()
        .rule_id(&finding.rule)
        .level(result_level(finding.level))
        .message(message(&text))
        .locations(location(&finding.file, finding.span).into_iter().collect::<Vec<_>>())
        .related_locations(related.collect::<Vec<_>>())
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), fingerprint)]))
        .fixes(finding.fix.iter().map(fix).collect::<Vec<_>>())
        .occurrence_count(i64::try_from(finding.count().max(1)).unwrap_or(i64::MAX))
        .properties(properties(finding))
        .build()
}

/// A finding without a place is about the run as a whole.
fn notification(finding: &Finding) -> Notification {
    Notification::builder()
        .message(message(&finding.message))
        .level(json!(result_level(finding.level)))
        .associated_rule(ReportingDescriptorReference::builder().id(&finding.rule).build())
        .properties(properties(finding))
        .build()
}

/// Who found it, and what only a run knows.
fn properties(finding: &Finding) -> PropertyBag {
    let mut properties: BTreeMap<String, Value> = BTreeMap::new();
    let origin = match finding.origin {
        Origin::Lint => "lint",
        Origin::Run => "run",
    };
    properties.insert("origin".to_owned(), json!(origin));
    if let Some(run) = &finding.run
        && let Ok(Value::Object(fields)) = serde_json::to_value(run)
    {
        properties.extend(fields);
    }
    if let Some(evidence) = &finding.evidence {
        properties.insert("evidence".to_owned(), json!(evidence));
    }
    PropertyBag::builder().additional_properties(properties).build()
}

fn suppression(reason: &str) -> Suppression {
    let mut suppression = Suppression::builder().kind(json!("inSource")).build();
    suppression.justification = (!reason.is_empty()).then(|| reason.to_owned());
    suppression
}

fn fix(fix: &finding::Fix) -> Fix {
    let mut files: BTreeMap<&str, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let content = ArtifactContent::builder().text(&edit.replacement).build();
        let replacement = Replacement::builder()
            .deleted_region(region(edit.span))
            .inserted_content(content)
            .build();
        files.entry(&edit.file).or_default().push(replacement);
    }
    let changes = files.into_iter().map(|(file, replacements)| {
        ArtifactChange::builder()
            .artifact_location(artifact(file))
            .replacements(replacements)
            .build()
    });
    Fix::builder()
        .description(message(&fix.message))
        .artifact_changes(changes.collect::<Vec<_>>())
        .build()
}

/// The place; nothing if the file is unknown.
fn location(file: &str, span: finding::Region) -> Option<Location> {
    if file.is_empty() {
        return None;
    }
    let mut physical = PhysicalLocation::builder().artifact_location(artifact(file)).build();
    if span.start.line > 0 {
        physical.region = Some(region(span));
    }
    Some(Location::builder().physical_location(physical).build())
}

fn artifact(file: &str) -> ArtifactLocation {
    let (uri, relative) = uri::of(file);
    let mut artifact = ArtifactLocation::builder().uri(uri).build();
    // What is relative is so to the root of the checkout, which services know by this name.
    artifact.uri_base_id = relative.then(|| "%SRCROOT%".to_owned());
    artifact
}

fn region(span: finding::Region) -> Region {
    Region::builder()
        .start_line(number(span.start.line))
        .start_column(number(span.start.column))
        .end_line(number(span.end.line))
        .end_column(number(span.end.column))
        .build()
}

fn message(text: &str) -> Message {
    Message::builder().text(text).build()
}

fn result_level(level: Level) -> ResultLevel {
    match level {
        Level::Deny => ResultLevel::Error,
        Level::Warn => ResultLevel::Warning,
        Level::Allow => ResultLevel::Note,
    }
}

fn number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
