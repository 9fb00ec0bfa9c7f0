#[linger::test(flavor = "multi")]
async fn half_a_name() {}

fn main() {}
