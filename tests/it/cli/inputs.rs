//! Arguments and paths that can't be used: folders, pipes without a writer, endless devices, huge recipes. Each is
//! refused at once with a message that names it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::common;

use std::fs::{self, File};
use std::process::Command;

use common::{World, csv, finish};

/// Asserts that a command doesn't start and says why.
fn assert_refused(world: &World, arguments: &[&str], sentence: &str) {
    let run = world.run(arguments);
    assert!(run.status == 2 && run.stderr.contains(sentence), "{arguments:?}: {run:?}");
    assert!(run.stderr.len() < 1000 && !run.stderr.contains("panicked"), "{run:?}");
}

/// Creates a pipe without a writer.
fn pipe(world: &World) -> String {
    let path = world.path("pipe");
    assert!(Command::new("mkfifo").args(["-m", "600", &path]).status().unwrap().success());
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn pipes_devices_and_folders_are_refused_as_spreadsheets() {
    let world = World::new().await;
    let (pipe, folder) = (pipe(&world), world.path("config"));
    for command in ["sheet", "map"] {
        assert_refused(&world, &[command, &pipe], "it is a pipe or a device; choose a file, or - to read");
        assert_refused(&world, &[command, "/dev/zero"], "/dev/zero can't be read: it is a pipe or a device");
        assert_refused(&world, &[command, &folder], "it is a folder; choose a file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_told_in_words() {
    let world = World::new().await;
    for command in ["show", "resume", "verify", "receipt"] {
        assert_refused(&world, &[command, "abc"], "'abc' for '<IMPORT>': not the number of an import");
    }
    let recipe = world.path("recipe.toml");
    assert_refused(
        &world,
        &["--home", &recipe, "imports"],
        "recipe.toml: it is a file. Use another with --home",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_and_invalid_recipes_are_refused() {
    let world = World::new().await;
    let file = world.file("cases.csv", &csv(1, &[], &[]));
    let check = |recipe: &str, sentence: &str| {
        assert_refused(&world, &["check", file.to_str().unwrap(), "--recipe", recipe], sentence);
    };
    let huge = world.path("huge.toml");
    File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    check(&huge, "larger than 8192 KiB");
    check("/dev/zero", "larger than 8192 KiB");
    check(&world.path("config"), "it is a folder; choose a file");
    check(&pipe(&world), "");
    world.file("nul.toml", "caseload = 1\nname = \"a\0b\"\n");
    check(&world.path("nul.toml"), "line 2");
    fs::write(world.path("bytes.toml"), b"caseload = 1\nname = \"\xff\"\n").unwrap();
    check(&world.path("bytes.toml"), "it isn't UTF-8 text");
    world.file("deep.toml", &format!("caseload = 1\nname = {}", "[".repeat(200_000)));
    check(&world.path("deep.toml"), "the recipe");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_name_no_usable_file_are_reported() {
    let world = World::new().await;
    let pipe = pipe(&world);
    let folder = world.path("data");
    let before = fs::read_to_string(world.path("config/config.toml")).unwrap();
    for (setting, path, sentence) in [
        ("token_file", pipe.as_str(), "it is empty"),
        ("token_file", &folder, "it is a folder"),
        ("token_file", "/dev/zero", "/dev/zero"),
        ("ca_file", &pipe, "it has no certificate"),
        ("ca_file", &folder, "it is a folder"),
        ("ca_file", "/dev/zero", "larger than 1024 KiB"),
    ] {
        let encrypted = before.replace(&world.sandbox.url(), "https://localhost:9/");
        world.change_config(|_| format!("{encrypted}{setting} = '{path}'\n"));
        let mut command = world.command(&["doctor"]);
        if setting == "token_file" {
            command.env_remove("CASELOAD_TOKEN");
        }
        let run = finish(command.output().unwrap());
        assert!(run.status == 2 && run.stderr.contains(sentence), "{setting} {path}: {run:?}");
    }
    File::create(world.path("config/config.toml")).unwrap().set_len(1 << 40).unwrap();
    assert_refused(&world, &["imports"], "larger than 1024 KiB");
    let home = world.path("recipe.toml");
    assert_refused(&world, &["imports", "--home", &home], "can't create the folder");
}
