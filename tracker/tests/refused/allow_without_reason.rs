#[linger::test(allow("leaked-task", "worker", ""))]
async fn says_nothing() {}

#[linger::test(allow("leaked-task"))]
async fn says_less() {}

fn main() {}
