#[linger::track]
const NOTHING: u32 = 0;

fn main() {}
