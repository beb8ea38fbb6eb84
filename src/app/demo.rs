//! The demo: the sandbox with a sample import ready to review and start.

use std::time::Duration;

use crate::app::App;
use crate::app::error::AppError;
use crate::app::settings::Settings;
use crate::app::storage::scratch::{SAMPLES, Scratch};
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
        let thrown_away = scratch.as_ref().map(Scratch::path);
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
