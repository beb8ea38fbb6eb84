//! Build script: names the commit in `--version`, so that a report says what was run. It reads the repository only; a
//! build from a package has no commit.

use std::process::Command;

fn main() {
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let commit = git(&["log", "-1", "--format=%h, %cs"]);
    let version = commit.map_or_else(|| version.clone(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=CASELOAD_VERSION={version}");
    println!("cargo::rerun-if-changed=src/build.rs");
    // A commit changes one of these, also in a worktree.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) =
            git(&["rev-parse", "--git-path", name]).filter(|path| std::fs::exists(path).unwrap_or(false))
        {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

/// Returns the output of a git command; `None` if it failed, or if the package isn't a repository of its own.
fn git(arguments: &[&str]) -> Option<String> {
    let run = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    let root = std::fs::canonicalize(run(&["rev-parse", "--show-toplevel"])?).ok()?;
    let own = std::fs::canonicalize(std::env::var_os("CARGO_MANIFEST_DIR")?).ok()?;
    if root == own { run(arguments) } else { None }
}
