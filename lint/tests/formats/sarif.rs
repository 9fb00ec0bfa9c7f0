//! SARIF: valid by the published schema, and known again when lines move.

use linger_lint::Report;
use linger_lint::render::Format;
use serde_json::Value;

use crate::{rendered, sample};

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../fixtures/formats/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(text).unwrap();
    // As published it has a stray `]`, which this validator refuses.
    let language = &mut schema["definitions"]["run"]["properties"]["language"]["pattern"];
    *language = "^[a-zA-Z]{2}$|^[a-zA-Z]{2}-[a-zA-Z]{2}$".into();
    let language = &mut schema["definitions"]["toolComponent"]["properties"]["language"]["pattern"];
    *language = "^[a-zA-Z]{2}$|^[a-zA-Z]{2}-[a-zA-Z]{2}$".into();
    jsonschema::validator_for(&schema).unwrap()
}

fn problems(log: &str) -> Vec<String> {
    let log = serde_json::from_str(log).unwrap();
    schema().iter_errors(&log).map(|error| error.to_string()).collect()
}

#[test]
fn it_is_valid_by_the_schema() {
    for report in [sample::report(), Report::default()] {
        let log = rendered(&report, Format::Sarif).replace("VERSION", env!("CARGO_PKG_VERSION"));
        assert_eq!(problems(&log), [""; 0]);
    }
    assert_ne!(problems(r#"{"version": "2.1.0"}"#), [""; 0], "the schema refuses something");
}

#[test]
fn it_says_all_that_is_known() {
    let mut log: Value = serde_json::from_str(&rendered(&sample::report(), Format::Sarif)).unwrap();
    // The documentation of rules is long, and changes with them.
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        if let Some(help) = rule.get_mut("help") {
            assert!(help["markdown"].as_str().unwrap().contains("## What it does"));
            *help = Value::Null;
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}
