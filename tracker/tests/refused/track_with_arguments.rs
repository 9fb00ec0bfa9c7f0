#[linger::track(all)]
fn nothing() {}

fn main() {}
