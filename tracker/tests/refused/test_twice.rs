#[linger::test]
#[test]
fn both() {}

fn main() {}
