#[linger::test]
async fn takes(one: u32) {}

fn main() {}
