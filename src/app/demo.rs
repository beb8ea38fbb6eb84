//! The demo: the sandbox with a sample import ready to review and start.

use std::fs::{self, File};
use std::io;
use std::time::Duration;

use super::{App, AppError, Settings};
use crate::case::Recipe;
use crate::home::{Home, private_folder, replace_file};
use crate::ledger::{Import, OnError, Status};
use crate::sheet::Sheet;

/// Time the embedded Trackops takes to answer: long enough to watch.
const LATENCY: Duration = Duration::from_millis(120);

const RECIPE: &str = include_str!("../../assets/demo/summit-weekly.toml");
/// The sample and the next file in the same format.
const FILES: [(&str, &str); 2] = [
    ("summit-march.csv", include_str!("../../assets/demo/summit-march.csv")),
    ("summit-april.csv", include_str!("../../assets/demo/summit-april.csv")),
];

/// The folder of the samples, in the data folder.
pub(super) const SAMPLES: &str = "samples";

/// A demo's temporary folder, removed at the end. Locked, so that another program can tell it from the folder of a
/// killed demo.
pub(super) struct Scratch {
    _locked: File,
    folder: tempfile::TempDir,
}

impl Scratch {
    pub(super) const PREFIX: &str = "caseload-demo-";
    pub(super) const LOCK: &str = "demo.lock";

    fn new() -> io::Result<Self> {
        // The next demo removes the folders of killed ones.
        for folder in Self::stray(i64::MAX) {
            let _ = fs::remove_dir_all(folder);
        }
        let folder = tempfile::Builder::new().prefix(Self::PREFIX).tempdir()?;
        let locked = crate::home::new_private_file(&folder.path().join(Self::LOCK))?;
        // Where files can't be locked, only its age protects it.
        let _ = locked.lock();
        Ok(Self { _locked: locked, folder })
    }
}

impl App {
    /// Opens the program on the sandbox with the sample import ready. Without a home of its own, everything is removed
    /// at the end.
    pub async fn demo(settings: Settings) -> Result<(Self, Import), AppError> {
        let fail = |source| AppError::File { what: "can't create the demo's folder", source };
        let settings = Settings { sandbox: true, ..settings };
        let scratch = match settings.home {
            Some(_) => None,
            None => Some(Scratch::new().map_err(fail)?),
        };
        let thrown_away = scratch.as_ref().map(|scratch| scratch.folder.path());
        let home = Home::open(settings.home.as_deref().or(thrown_away))?;
        let folder = home.data.join(SAMPLES);
        private_folder(&folder)?;
        for (name, text) in FILES {
            replace_file(&folder.join(name), text).map_err(fail)?;
        }
        let app = Self::open_in(home, &settings, LATENCY, scratch).await?;
        let recipe = Recipe::from_toml(RECIPE)
            .map_err(|source| AppError::Recipe { name: "of the demo".into(), source })?;
        let (sample, _) = FILES[0];
        let path = folder.join(sample);
        let waiting = app.imports().all()?.into_iter().find(|import| {
            import.status == Status::Ready && import.file.as_ref().is_some_and(|file| file.ends_with(sample))
        });
        let import = match waiting {
            // Left by an earlier demo with a home of its own.
            Some(import) => import,
            None => app.drafts().create_with(&Sheet::open(&path)?, &recipe, OnError::Skip)?,
        };
        Ok((app, import))
    }
}
