//! The whole application in one process: the real loop, keys as events, the practice server.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::layout::{Position, Size};
use tokio::sync::{mpsc, watch};

use super::*;
use crate::app::{App, Settings, StartOptions};
use crate::engine::{Event as RunEvent, Run};
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::trackops::Notify;
use crate::tui::core::effects::Effects;
use crate::tui::core::event_loop::{self, Ending, Inputs};
use crate::tui::core::line::{Line, Signal};
use crate::tui::core::title::TitleAndProgress;
use crate::tui::{Start, asked_to_end, begin};

/// A terminal that does nothing but draw.
struct NoLine;

impl Line for NoLine {
    fn send(&self) -> io::Result<usize> {
        Ok(0)
    }
    fn suspend(&self) -> io::Result<()> {
        Ok(())
    }
    fn take(&self) -> io::Result<()> {
        Ok(())
    }
    fn copy(&self, _: &str) -> io::Result<()> {
        Ok(())
    }
    fn show(&self, _: &TitleAndProgress) -> io::Result<()> {
        Ok(())
    }
    fn notify(&self, _: Notify, _: &str) -> io::Result<()> {
        Ok(())
    }
}

/// A backend that hands every frame to the test.
struct Shown {
    inner: TestBackend,
    frames: watch::Sender<String>,
    drawn: Arc<AtomicUsize>,
}

impl Backend for Shown {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        self.inner.draw(content)
    }
    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.hide_cursor()
    }
    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.show_cursor()
    }
    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.inner.get_cursor_position()
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.inner.set_cursor_position(position)
    }
    fn clear(&mut self) -> Result<(), Infallible> {
        self.inner.clear()
    }
    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.inner.clear_region(region)
    }
    fn size(&self) -> Result<Size, Infallible> {
        self.inner.size()
    }
    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.inner.window_size()
    }
    fn flush(&mut self) -> Result<(), Infallible> {
        self.inner.flush()?;
        self.drawn.fetch_add(1, Ordering::Relaxed);
        self.frames.send_replace(lines(self.inner.buffer()).join("\n"));
        Ok(())
    }
}

/// A user who presses keys and reads the screen.
pub(crate) struct User {
    keys: mpsc::UnboundedSender<io::Result<Event>>,
    signals: mpsc::Sender<Signal>,
    frames: watch::Receiver<String>,
    drawn: Arc<AtomicUsize>,
}

impl User {
    pub(crate) fn press(&self, keys: &str) {
        for word in keys.split(' ') {
            let (code, modifiers) = code(word);
            _ = self.keys.send(Ok(Event::Key(KeyEvent::new(code, modifiers))));
        }
    }

    pub(crate) fn paste(&self, text: &str) {
        _ = self.keys.send(Ok(Event::Paste(text.to_owned())));
    }

    /// Starts the sample import.
    pub(crate) async fn starts(&mut self) {
        self.sees("Case defaults 1/4").await;
        self.press("c c");
        self.sees("64 rows:").await;
        self.press("s Enter");
    }

    /// Waits until the screen shows a text.
    pub(crate) async fn sees(&mut self, text: &str) {
        let seen = self.frames.wait_for(|frame| frame.contains(text));
        let in_time = tokio::time::timeout(Duration::from_secs(20), seen).await.map(|seen| seen.map(|_| ()));
        let shown = self.frames.borrow().clone();
        assert!(matches!(in_time, Ok(Ok(()))), "“{text}” does not come; the screen shows:\n{shown}");
    }
}

/// Runs the application on the demo import, together with a user.
pub(crate) async fn with_user<F: Future<Output = User>>(act: impl FnOnce(User) -> F) -> (Ending, Status) {
    let (app, import) = App::demo(Settings::default()).await.unwrap();
    let ending = with_user_at(app.clone(), Start::Import(import.id), act).await;
    (ending, app.imports().get(import.id).unwrap().status)
}

/// Runs an application from any start, together with a user.
async fn with_user_at<F: Future<Output = User>>(
    app: App,
    start: Start,
    act: impl FnOnce(User) -> F,
) -> Ending {
    let model = Model::new((80, 24), Theme::new(Colours::OnDark), NOON, TimeZone::UTC);
    let (mut model, first) = begin(&app, start, model);
    let (sender, msgs) = mpsc::channel(64);
    let effects = Effects::new(app, sender);
    for effect in first {
        effects.run(effect);
    }
    let (frames, seen) = watch::channel(String::new());
    let drawn = Arc::new(AtomicUsize::new(0));
    let shown = Shown { inner: TestBackend::new(80, 24), frames, drawn: drawn.clone() };
    let mut terminal = Terminal::new(shown).unwrap();
    let (press, mut pressed) = mpsc::unbounded_channel();
    let (signal, signals) = mpsc::channel(4);
    let mut inputs =
        Inputs { keys: stream::poll_fn(move |context| pressed.poll_recv(context)), signals, msgs };
    let user = User { keys: press, signals: signal, frames: seen, drawn };
    let running = event_loop::run(&mut terminal, &NoLine, &mut inputs, &mut model, &effects);
    // Keep the user until the loop ends: without a key stream it would consider the terminal gone.
    let (ending, _user) = tokio::join!(running, act(user));
    let Inputs { keys, mut signals, msgs } = inputs;
    drop((keys, msgs));
    effects.close(asked_to_end(&mut signals)).await;
    ending
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_from_defaults_to_its_end_and_its_duplicate() {
    let ending = with_user(|mut user| async move {
        user.sees("Case defaults 1/4").await;
        user.press("c");
        user.sees("Field map 2/4").await;
        user.press("c");
        user.sees("64 rows:").await;
        user.press("s");
        user.sees("▸[ Start ]").await;
        user.press("Enter");
        user.sees("Processing 4/4").await;
        user.sees("Complete, 4 REJECTED").await;
        user.sees("not sent 0").await;
        user.press("d");
        user.sees("summit-april.csv").await;
        user.press("Down Enter");
        user.sees("Import 2 › Case defaults 1/4").await;
        user.press("Esc");
        user.sees("Imports").await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, (Ending::Quit, Status::Complete));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_to_end_waits_for_the_rows_in_flight() {
    let ending = with_user(|mut user| async move {
        user.starts().await;
        user.sees("rows/s, a").await;
        user.signals.send(Signal::Terminate).await.unwrap();
        user
    });
    assert_eq!(ending.await, (Ending::Quit, Status::Paused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hang_up_ends_the_screen_and_not_the_run() {
    let ending = with_user(|mut user| async move {
        user.starts().await;
        user.sees("awaiting reply").await;
        user.signals.send(Signal::HangUp).await.unwrap();
        user
    });
    assert_eq!(ending.await, (Ending::HangUp, Status::Complete));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_without_a_screen_can_still_be_asked_to_end() {
    let ending = with_user(|mut user| async move {
        user.starts().await;
        user.sees("awaiting reply").await;
        user.signals.send(Signal::HangUp).await.unwrap();
        user.signals.send(Signal::Terminate).await.unwrap();
        user
    });
    assert_eq!(ending.await, (Ending::HangUp, Status::Paused));
}

async fn ended(mut run: Run) {
    while !matches!(run.events.recv().await, Some(RunEvent::Ended(_)) | None) {}
}

#[tokio::test]
async fn an_idle_screen_draws_nothing_and_notices_another_caseload() {
    let (app, import) = App::demo(Settings::default()).await.unwrap();
    let slow = StartOptions { per_minute: Some(60), on_error: import.on_error, ..StartOptions::default() };
    let paused = app.runs().start(import.id, slow.clone()).unwrap();
    paused.control.stop();
    ended(paused).await;
    // The screen didn't start this run, so to it the run belongs to another process.
    let other = app.clone();
    let ending = with_user_at(app, Start::Imports, |mut user| async move {
        user.sees("Paused").await;
        user.press("Enter");
        user.sees("Paused on request").await;
        // With paused time, only ticks and polls of the ledger happen.
        tokio::time::pause();
        tokio::time::sleep(Duration::from_secs(5)).await;
        let before = user.drawn.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(user.drawn.load(Ordering::Relaxed), before, "an unchanged screen is not drawn");
        tokio::time::resume();
        let run = other.runs().start(import.id, slow).unwrap();
        user.sees("Running in another window").await;
        user.press("p");
        user.sees("Paused from another window").await;
        ended(run).await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_found_in_the_file_and_an_import_renamed_and_forgotten() {
    let (app, import) = App::demo(Settings::default()).await.unwrap();
    let ledger = app.clone();
    let ending = with_user_at(app, Start::Import(import.id), |mut user| async move {
        user.sees("Case defaults 1/4").await;
        user.press("c");
        user.sees("Field map 2/4").await;
        user.press("c");
        user.sees("64 rows:").await;
        user.press("/ 0 0 0 7 Enter");
        user.sees("with “0007” in a cell").await;
        // The first only shows all rows again.
        user.press("Esc Esc Esc Esc");
        user.sees("Imports").await;
        user.press("e X Enter");
        user.sees("is now called").await;
        user.press("Delete");
        user.sees("Delete import").await;
        user.press("Enter");
        user.sees("No imports yet").await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
    assert!(ledger.imports().all().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_accounts_from_the_first_run_to_an_import_of_the_other() {
    let start = async |token: &str| {
        Sandbox::start(SandboxOptions { token: token.into(), ..SandboxOptions::default() }).await.unwrap()
    };
    let (acme, beta) = (start("acme-t0ken").await, start("beta-t0ken").await);
    let home = tempfile::tempdir().unwrap();
    let settings = || Settings { home: Some(home.path().into()), ..Settings::default() };
    let app = App::open(Settings { token: Some("acme-t0ken".into()), ..settings() }).await.unwrap();
    let (first, second) = (acme.url(), beta.url());
    let (csv, names) =
        (home.path().join("a.csv"), [&first, &second].map(|url| url[7..].replace("/api/v1", "")));
    std::fs::write(&csv, "Claim\nA-1\n").unwrap();
    let [acme_s, beta_s] = names;
    let ending = with_user_at(app, Start::Imports, |mut user| async move {
        user.sees("from CASELOAD_TOKEN").await;
        user.paste(&first);
        user.press("Enter");
        user.paste("nobody");
        user.press("Ctrl-S");
        user.sees("The token is from CASELOAD_TOKEN").await;
        user.press("Up Ctrl-U");
        user.paste("sandbox");
        user.press("Ctrl-S");
        user.sees("No imports yet").await;
        user.press("n");
        user.paste(csv.to_str().unwrap());
        user.press("Enter");
        user.sees("Import 1 › Case defaults").await;
        user.press("Esc");
        user.sees("a.csv").await;
        // The second account must not get the first one's token.
        user.press("a PgDn Enter");
        user.sees("Connect to Trackops").await;
        user.paste(&second);
        user.press("Enter");
        user.paste("sandbox");
        user.press("Ctrl-S");
        user.sees("Enter or paste the API token").await;
        user.paste("beta-t0ken");
        user.press("Tab Space Ctrl-S");
        user.sees(&format!("Connected to {beta_s}")).await;
        user.press("d");
        user.sees(&format!("Import 1 belongs to {acme_s}")).await;
        user.press("Enter");
        user.sees("Duplicate import 1").await;
        user.press("Esc a Enter");
        user.sees(&format!("Already using {acme_s}")).await;
        user.press("a");
        user.sees("Add an account…").await;
        user.paste(&beta_s);
        user.press("Enter");
        user.sees(&format!("Now using {beta_s}")).await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
    assert_eq!((acme.stats().unauthorized, beta.stats().unauthorized), (1, 0), "one was the wrong user");
    assert!(beta.stats().gets > 0);
    let text = std::fs::read_to_string(home.path().join("config/config.toml")).unwrap();
    assert!(!text.contains("token"), "the token must not be saved: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_ran_in_another_window_is_not_resumed_by_start() {
    let (app, import) = App::demo(Settings::default()).await.unwrap();
    let elsewhere = app.clone();
    let (started, id) = (Start::Import(import.id), import.id);
    let ending = with_user_at(app.clone(), started, |mut user| async move {
        user.sees("Case defaults 1/4").await;
        user.press("c c");
        user.sees("64 rows:").await;
        let options = StartOptions { on_error: OnError::Halt, ..StartOptions::default() };
        let mut run = elsewhere.runs().start(id, options).unwrap();
        while run.events.recv().await.is_some() {}
        user.press("s Enter");
        user.sees("was run in another window and has halted.").await;
        user.sees("Press r to resume it.").await;
        user.sees("Error: halted").await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
    let import = app.imports().get(id).unwrap();
    assert!(import.status == Status::Error && import.counts.not_sent > 0, "{import:?}");
}

/// The demo in a folder, and another window on the same ledger.
async fn two_windows(home: &std::path::Path) -> (App, Import, App) {
    let settings = |sandbox| Settings { home: Some(home.to_owned()), sandbox, ..Settings::default() };
    let (app, import) = App::demo(settings(true)).await.unwrap();
    (app, import, App::open(settings(false)).await.unwrap())
}

/// Changes the default client and the name of a draft.
fn change_client(app: &App, id: i64, client: &str) {
    let before = app.imports().recipe(id).unwrap().to_toml();
    let (head, rest) = before.split_once("client_id = 10").unwrap();
    let recipe = Recipe::from_toml(&format!("{head}client_id = {client}{}", &rest[1..])).unwrap();
    let (name, sheet) = (format!("Client {client}"), app.imports().sheet(id).unwrap());
    app.drafts().save(id, &name, &recipe, &sheet).unwrap();
}

/// Goes to Review, and waits for its counts and its rows, which come in any order.
async fn review(user: &mut User) {
    user.sees("Case defaults 1/4").await;
    user.press("c c");
    user.sees("64 rows:").await;
    user.sees("Row 1, line 2: ready to send").await;
}

/// Goes back, and to Review of what another window saved as “Client 101”.
async fn review_again(user: &mut User) {
    user.press("Esc Esc");
    user.sees("Client 101").await;
    review(user).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_another_window_changed_is_not_sent_under_this_windows_question() {
    let home = tempfile::tempdir().unwrap();
    let (app, import, elsewhere) = two_windows(home.path()).await;
    let id = import.id;
    let ending = with_user_at(app.clone(), Start::Import(id), |mut user| async move {
        review(&mut user).await;
        user.press("1");
        user.sees("Send one row first?").await;
        change_client(&elsewhere, id, "101");
        user.press("Enter");
        user.sees("so nothing was sent. Review it").await;
        // The draft is shown as it is now, so a new question is about the other client.
        review_again(&mut user).await;
        user.press("s");
        user.sees("Skip cases already in Trackops").await;
        change_client(&elsewhere, id, "100");
        user.press("Enter");
        user.sees("! Import 1 was changed in another window").await;
        user.sees("Press Esc to return").await;
        user.press("Esc");
        // An import that can be started opens on Review.
        user.sees("64 rows:").await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
    let import = app.imports().get(id).unwrap();
    assert_eq!((import.status, import.counts.created), (Status::Ready, 0), "{import:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_another_window_changed_is_shown_as_it_is_now() {
    let home = tempfile::tempdir().unwrap();
    let (app, import, elsewhere) = two_windows(home.path()).await;
    let id = import.id;
    let ending = with_user_at(app.clone(), Start::Import(id), |mut user| async move {
        review(&mut user).await;
        change_client(&elsewhere, id, "101");
        user.press("x");
        user.sees("your last change wasn't saved").await;
        review_again(&mut user).await;
        user.press("x");
        user.sees("Row 1 is skipped").await;
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
    let recipe = app.imports().recipe(id).unwrap().to_toml();
    assert!(recipe.contains("client_id = 101") && recipe.contains("leave_out"), "{recipe}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_halted_again_in_another_window_is_not_resumed() {
    let (app, import) = App::demo(Settings::default()).await.unwrap();
    let (elsewhere, id) = (app.clone(), import.id);
    let run = move |options: StartOptions| {
        let elsewhere = elsewhere.clone();
        async move {
            let mut run = elsewhere.runs().start(id, options).unwrap();
            while run.events.recv().await.is_some() {}
            elsewhere.imports().get(id).unwrap()
        }
    };
    let halted = run(StartOptions::default()).await;
    let now = app.clone();
    let import_now = move |id| now.imports().get(id).unwrap();
    let ending = with_user_at(app.clone(), Start::Imports, |mut user| async move {
        user.sees("summit-march…").await;
        user.press("Enter");
        user.sees("Error: halted").await;
        user.press("r");
        user.sees("past the row that stopped").await;
        // Ends are known to the second.
        while jiff::Timestamp::now().as_second() <= halted.ended_at.unwrap() {
            tokio::task::yield_now().await;
        }
        let again = run(StartOptions::default()).await;
        assert_eq!((halted.status, again.status), (Status::Error, Status::Error));
        let cases = again.counts.created;
        user.press("Enter");
        user.sees("was run in another window and has halted.").await;
        let now = import_now(id);
        assert_eq!((now.counts.created, now.ended_at), (cases, again.ended_at), "{now:?}");
        user.press("q");
        user
    });
    assert_eq!(ending.await, Ending::Quit);
}
