//! The demo: the sandbox with a sample import ready to review and start.

use std::{fs, path::Path, time::Duration};

use super::{App, AppError, Settings};
use crate::case::Recipe;
use crate::home::Home;
use crate::ledger::{Import, OnError, Status};
use crate::sheet::Sheet;

/// How long the embedded Trackops takes to answer: long enough to watch.
const LATENCY: Duration = Duration::from_millis(120);

/// The embedded Trackops' ids and labels, as a person would have typed them in from its settings.
pub(super) const CATALOG: &str = include_str!("../../assets/demo/catalog.toml");

const RECIPE: &str = include_str!("../../assets/demo/summit-weekly.toml");
/// The sample and the next file in the same format.
const FILES: [(&str, &str); 2] = [
    ("summit-march.csv", include_str!("../../assets/demo/summit-march.csv")),
    ("summit-april.csv", include_str!("../../assets/demo/summit-april.csv")),
];

impl App {
    /// The program against the sandbox with the sample import ready. Without a home of its own everything is
    /// thrown away at the end.
    pub async fn demo(settings: Settings) -> Result<(Self, Import), AppError> {
        let fail = |source| AppError::File { what: "the demo's folder cannot be made", source };
        let settings = Settings { sandbox: true, ..settings };
        let scratch = match settings.home {
            Some(_) => None,
            None => Some(tempfile::Builder::new().prefix("caseload-demo-").tempdir().map_err(fail)?),
        };
        let home = Home::open(settings.home.as_deref().or(scratch.as_ref().map(tempfile::TempDir::path)))?;
        let folder = home.data.join("samples");
        write_samples(&folder).map_err(fail)?;
        let app = Self::open_in(home, &settings, LATENCY, scratch).await?;
        let recipe = Recipe::from_toml(RECIPE)
            .map_err(|source| AppError::Recipe { name: "of the demo".into(), source })?;
        let (sample, _) = FILES[0];
        let path = folder.join(sample);
        let waiting = app.imports()?.into_iter().find(|import| {
            import.status == Status::Ready && import.file.as_ref().is_some_and(|file| file.ends_with(sample))
        });
        let import = match waiting {
            // A demo with a home of its own was looked at before.
            Some(import) => import,
            None => app.import_with(&Sheet::open(&path)?, &recipe, OnError::Skip)?,
        };
        Ok((app, import))
    }
}

fn write_samples(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, text) in FILES {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
