#[linger::allow]
fn nothing() {}

#[linger::allow(reason = "it ends")]
fn no_rule() {}

#[linger::allow(unowned-spawn, because = "it ends")]
fn unknown_argument() {}

#[linger::allow("unowned-spawn")]
fn text() {}

#[linger::allow(unowned_spawn, reason = "it ends")]
fn underscore() {}

#[linger::allow(unowned-spawn, reason = "")]
fn empty_reason() {}

#[linger::allow(unowned-spawn reason = "it ends")]
fn no_comma() {}

fn main() {}
