#[linger::test(allow("leaked-tasks", "worker", "it is meant to stay"))]
async fn one_letter_more() {}

fn main() {}
