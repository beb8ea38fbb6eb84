//! The diagnostic log says what a run did, and nothing about whom.

use std::fs;

use crate::common::{World, counts, csv};

#[tokio::test(flavor = "multi_thread")]
async fn the_diagnostic_log_has_requests_decisions_and_times_and_nothing_private() {
    let world = World::with(|options| {
        options.token = "s3cret-t0ken".into();
        options.faults = vec!["lost@3".parse().unwrap(), "503@4".parse().unwrap()];
    })
    .await;
    let log = world.path("caseload.log");
    world.file("cases.csv", &csv(6, &[2], &[5]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let run = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env("CASELOAD_TOKEN", "s3cret-t0ken").env("CASELOAD_LOG", &log);
        crate::common::finish(command.output().unwrap())
    };
    // One at a time: only then is the row with the lost answer one that was created.
    let arguments = ["run", &file, "--recipe", &recipe, "--on-error", "skip", "--concurrency", "1", "--json"];
    let ran = run(&arguments);
    assert_eq!(counts(&ran.json()), [6, 4, 2, 0, 0, 0], "{ran:?}");
    let text = fs::read_to_string(&log).unwrap();
    for line in [
        "INFO caseload::diagnostics: started version=",
        "file read rows=6 columns=4 milliseconds=",
        "run import=1 rows=6 ",
        "POST cases status=201 sent=true bytes=",
        "POST cases status=503",
        "GET cases status=200 ",
        "exception row=2 code=date.invalid source=\"check\"",
        "settled row=",
        "outcome=Created",
        "ended status=\"complete\"",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    // A fraction of a second may have any digits.
    let messages: Vec<_> =
        text.lines().filter_map(|line| line.split_once(' ')).map(|(_, rest)| rest).collect();
    for private in ["s3cret", "Doe", "Jane", "C-00", "02/31", "1030", "Basic ", "Claim"] {
        assert!(messages.iter().all(|message| !message.contains(private)), "{private} in\n{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Lines are added; a file that can't be written is told before anything is sent.
    let shown = run(&["show", "1"]);
    assert_eq!(shown.status, 1, "{shown:?}");
    assert_eq!(fs::read_to_string(&log).unwrap().matches("started version=").count(), 2);
    let refused = world.run(&["imports", "--log", &world.path("no/such/folder.log")]);
    assert!(refused.status == 2 && refused.stderr.contains("can't write the diagnostic log"), "{refused:?}");
}
