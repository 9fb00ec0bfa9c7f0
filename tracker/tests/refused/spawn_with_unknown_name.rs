fn main() {
    linger::spawn!(nmae = "worker", async {});
    linger::spawn!(async {}, async {});
}
