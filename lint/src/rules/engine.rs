//! What the engine itself reports: input it could not use, and suppressions gone wrong.

use super::Rule;
use crate::finding::Level;

/// A file that could not be read.
pub const UNREADABLE: Rule = Rule {
    name: "unreadable",
    level: Level::Deny,
    summary: "a file that could not be read, so that nothing in it was checked",
    docs: "\
# unreadable

## What it does
Reports a source file that could not be read: the system refused, it is not UTF-8, or its
modules run in a circle.

## Why is this bad
Nothing in the file was checked, and what other files need to know of it is missing.

## Example
```text
error[unreadable]: not UTF-8: the byte at offset 1042 begins no character
 --> src/wire.rs
```

## Use instead
Mend the file, or leave it out of the check:

```toml
# linger.toml
exclude = [\"src/wire.rs\"]
```

## Known problems
None.
",
};

/// A file that is not Rust.
pub const UNPARSABLE: Rule = Rule {
    name: "unparsable",
    level: Level::Deny,
    summary: "a file that is not Rust to the parser, so that nothing in it was checked",
    docs: "\
# unparsable

## What it does
Reports a source file that the parser does not take for Rust.

## Why is this bad
Nothing in the file was checked, and what other files need to know of it is missing.

## Example
```rust,compile_fail
fn main( {}
```

## Use instead
```rust
fn main() {}
```

A template or a broken test case can be left out of the check:

```toml
# linger.toml
exclude = [\"templates\"]
```

## Known problems
Syntax that only a nightly compiler accepts may be unknown to the parser.
",
};

/// A suppression that suppresses nothing.
pub const UNUSED_SUPPRESSION: Rule = Rule {
    name: "unused-suppression",
    level: Level::Warn,
    summary: "a `linger: allow(…)` that matches no finding, or names no rule",
    docs: "\
# unused-suppression

## What it does
Reports a `// linger: allow(rule): reason` for whose rule there is no finding on its line, on
the next, or in the item it stands on; also one that names no rule or can't be understood.

## Why is this bad
The reader believes that something is wrong there and was accepted. And the next finding, which
nobody has looked at, would be hidden.

## Example
```rust
// linger: allow(double-lock): the two maps are different instances
let users = 1;
```

## Use instead
```rust
let users = 1;
```

## Known problems
A finding may need other files to be seen. When only part of a workspace is checked, a
suppression can look unused that is needed when all of it is.
",
};

/// A suppression that does not say why.
pub const SUPPRESSION_WITHOUT_REASON: Rule = Rule {
    name: "suppression-without-reason",
    level: Level::Warn,
    summary: "a `linger: allow(…)` that does not say why",
    docs: "\
# suppression-without-reason

## What it does
Reports a `// linger: allow(rule)` with no reason behind it. The suppression works all the same.

## Why is this bad
Who reads it later can't tell whether it is still right.

## Example
```rust
// linger: allow(unowned-spawn)
std::thread::spawn(|| {});
```

## Use instead
```rust
// linger: allow(unowned-spawn): it writes one line and ends
std::thread::spawn(|| {});
```

## Known problems
None.
",
};

/// All of them, in alphabetical order.
pub static RULES: [Rule; 4] =
    [SUPPRESSION_WITHOUT_REASON, UNPARSABLE, UNREADABLE, UNUSED_SUPPRESSION];
