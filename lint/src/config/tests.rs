use super::*;

fn error(text: &str) -> String {
    Config::from_toml(text).unwrap_err().to_string()
}

#[test]
fn an_empty_file_changes_nothing() {
    let config = Config::from_toml("").unwrap();
    assert_eq!(config.level("unreadable"), Level::Deny);
    assert!(config.exclude.is_empty());
}

#[test]
fn the_three_parts_are_read() {
    let config = Config::from_toml(
        "exclude = [\"vendor\"]\n[levels]\nunreadable = \"allow\"\n\
         [catalogue.functions]\n\"my_crate::spawn_logged\" = { role = \"spawn\" }\n",
    )
    .unwrap();
    assert_eq!(config.level("unreadable"), Level::Allow);
    assert_eq!(config.exclude, ["vendor"]);
    assert_eq!(
        config.catalogue["functions"]["my_crate::spawn_logged"]["role"].as_str(),
        Some("spawn")
    );
}

#[test]
fn a_wrong_catalogue_is_an_error() {
    let text = "[catalogue.functions]\n\"a::f\" = { rolle = \"spawn\" }";
    let error = Config::from_toml(text).unwrap_err().to_string();
    assert!(error.contains("rolle"), "{error}");
}

#[test]
fn a_manifest_may_hold_the_configuration() {
    let text =
        "[workspace]\nmembers = []\n[workspace.metadata.linger.levels]\nunreadable = \"warn\"";
    let config = Config::from_manifest(text).unwrap().unwrap();
    assert_eq!(config.level("unreadable"), Level::Warn);
    assert!(Config::from_manifest("[package]\nname = \"a\"").unwrap().is_none());
    let text = "[workspace.metadata.linger]\nlevel = 1";
    let error = Config::from_manifest(text).unwrap_err().to_string();
    assert_eq!(error, "2:1: unknown key `level`, did you mean `levels`?");
}

#[test]
fn errors_name_the_place_and_the_near_match() {
    assert_eq!(error("\nlevls = 1"), "2:1: unknown key `levls`, did you mean `levels`?");
    assert_eq!(
        error("[levels]\nunredable = \"warn\""),
        "2:1: unknown rule `unredable`, did you mean `unreadable`?"
    );
    assert_eq!(
        error("[levels]\nunreadable = \"denny\""),
        "2:14: unknown level `denny`, did you mean `deny`?"
    );
    assert_eq!(error("[levels]\nunreadable = 1"), "2:14: the level of `unreadable` is a string");
    assert_eq!(error("levels = 1"), "1:10: `levels` is a table of rule = level");
    assert_eq!(error("exclude = [1]"), "1:12: invalid type: integer `1`, expected a string");
    assert!(error("exclude = [").starts_with("1:12: "));
}

#[test]
fn what_is_set_last_wins() {
    let mut config = Config::from_toml("[levels]\nunreadable = \"allow\"").unwrap();
    config.set("unreadable", Level::Warn).unwrap();
    config.set("unreadable", Level::Deny).unwrap();
    assert_eq!(config.level("unreadable"), Level::Deny);
    assert!(config.set("nothing", Level::Deny).is_err());
}

#[test]
fn paths_have_levels_of_their_own_and_the_last_wins() {
    let mut config = Config::from_toml(
        "[levels]\nunparsable = \"allow\"\n[paths.\"b\"]\nunparsable = \"warn\"\n\
         [paths.\"a\"]\nunparsable = \"deny\"\nunreadable = \"allow\"\n",
    )
    .unwrap();
    assert_eq!(config.paths.iter().map(|own| &*own.pattern).collect::<Vec<_>>(), ["b", "a"]);
    config.assign("b.rs", vec![0]);
    config.assign("both.rs", vec![0, 1]);
    assert_eq!(config.level_in("c.rs", "unparsable"), Level::Allow);
    assert_eq!(config.level_in("b.rs", "unparsable"), Level::Warn);
    assert_eq!(config.level_in("both.rs", "unparsable"), Level::Deny);
    assert_eq!(config.level_in("b.rs", "unreadable"), Level::Deny);
    assert!(config.is_on("unparsable"));
    config.set("unparsable", Level::Allow).unwrap();
    assert_eq!(config.level_in("both.rs", "unparsable"), Level::Allow);
    assert!(!config.is_on("unparsable"));
    assert_eq!(config.level_in("both.rs", "unreadable"), Level::Allow);
}

#[test]
fn mistakes_in_paths_are_named_with_their_place() {
    assert_eq!(error("paths = 1"), "1:9: `paths` is a table of pattern = { rule = level }");
    assert_eq!(error("[paths]\n\"a\" = 1"), "2:7: `a` is a table of rule = level");
    assert_eq!(
        error("[paths.\"a\"]\nunredable = \"warn\""),
        "2:1: unknown rule `unredable`, did you mean `unreadable`?"
    );
}
