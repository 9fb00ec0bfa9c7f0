#[linger::test(threads = 2)]
async fn spelled_wrong() {}

fn main() {}
