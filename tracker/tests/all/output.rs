//! What a report looks like, for people and for programs.

use linger::tokio;
use linger::{Options, Scope};
use std::time::Duration;

#[test]
fn the_report_stands_in_columns_and_shows_the_source() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = Options::new().grace(Duration::from_millis(5));
    let scope = Scope::with_options("request 7", options);
    let line = line!() + 4;
    let report = runtime.block_on(async {
        let run = scope.run(async {
            let (tx, mut rx) = tokio::sync::mpsc::channel::<u8>(1);
            tokio::spawn(async move { rx.recv().await });
            std::mem::forget(tx);
        });
        run.await;
        scope.check().await
    });
    let expected = format!(
        "linger: 1 finding in \"request 7\"
error[leaked-task]: task outlives its scope, and its handle was dropped (outlived)
  spawned at         tracker/tests/all/output.rs:{0}:13
                       tokio::spawn(async move {{ rx.recv().await }});
  waits for          a message of an mpsc channel at tracker/tests/all/output.rs:{0}:42
                       tokio::spawn(async move {{ rx.recv().await }});
  held by            the sender made at tracker/tests/all/output.rs:{1}:32
                       let (tx, mut rx) = tokio::sync::mpsc::channel::<u8>(1);
  would be freed by  sending to it, or dropping every sender
",
        line,
        line - 1
    );
    assert_eq!(report.to_string(), expected);

    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["scope"], "request 7");
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "leaked-task");
    assert_eq!(finding["level"], "deny");
    assert_eq!(finding["origin"], "run");
    assert_eq!(finding["certainty"], "outlived");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["count"], 1);
    assert_eq!(finding["scope"], "request 7");
    assert_eq!(finding["span"]["start"]["line"], line);
    assert_eq!(finding["span"]["end"]["column"], 13 + "tokio::spawn".len());
    assert_eq!(finding["labels"][0]["span"]["start"]["column"], 42);
    assert!(finding["owner"].as_array().unwrap().is_empty());
}

#[test]
fn a_snapshot_counts_by_site() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let line = line!() + 2;
        let tasks: Vec<_> = (0..7).map(|_| tokio::spawn(std::future::pending::<()>())).collect();
        let of_site = || {
            let snapshot = linger::snapshot();
            let groups = snapshot.groups().iter();
            let mut here = groups
                .filter(|group| group.file.ends_with("output.rs") && group.line.abs_diff(line) < 2);
            here.next().cloned().unwrap()
        };
        assert_eq!(of_site().alive, 7);
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
        assert_eq!((of_site().alive, of_site().cancelled), (0, 7));
    });
}
