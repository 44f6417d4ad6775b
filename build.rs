//! Templates and migrations are embedded, and a file that is added must lead to a new build as well as one that is changed.

fn main() {
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=migrations");
}
