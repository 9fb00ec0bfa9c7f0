#[linger::test(grace = "100")]
async fn how_long() {}

fn main() {}
