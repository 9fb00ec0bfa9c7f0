//! Names of files as URIs.

/// The URI of a file, and whether it is relative.
pub(super) fn of(file: &str) -> (String, bool) {
    let drive = file.get(1..3) == Some(":/") && file.starts_with(|c: char| c.is_ascii_alphabetic());
    match (file.starts_with('/'), drive) {
        (true, _) => (format!("file://{}", encoded(file)), false),
        (_, true) => (format!("file:///{}:{}", &file[..1], encoded(&file[2..])), false),
        _ => (encoded(file), true),
    }
}

/// All but what a path may hold unencoded becomes `%` and two digits. A `:` would be read as the
/// end of a scheme.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_and_absolute_names_are_told_apart() {
        assert_eq!(of("src/a b.rs"), ("src/a%20b.rs".to_owned(), true));
        assert_eq!(of("c:d.rs"), ("c%3Ad.rs".to_owned(), true));
        assert_eq!(of("/a/ß.rs"), ("file:///a/%C3%9F.rs".to_owned(), false));
        assert_eq!(of("C:/a.rs"), ("file:///C:/a.rs".to_owned(), false));
    }
}
