#[linger::test(flavor = "multi_thread")]
fn has_no_runtime() {}

fn main() {}
