//! Terminal modes, turned on together and off again whatever happens. The only file of the screens that writes to the
//! terminal.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crossterm::{cursor, event, execute, queue, style, terminal};
use tokio::sync::mpsc;

use crate::text::visible_lines;
use crate::trackops::Notify;
use crate::tui::core::line::{Line, Signal};
use crate::tui::core::title::{TerminalSupport, TitleAndProgress};

/// Whether the modes are on.
static ON: AtomicBool = AtomicBool::new(false);

/// Whether the terminal reports mouse events.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Whether the next continue ends our own stop, and is therefore ignored.
static CONTINUING: AtomicBool = AtomicBool::new(false);

/// Panic messages of tasks, kept until the screen is restored.
static LAST_WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Turns the modes off when dropped.
pub(crate) struct Guard;

impl Guard {
    /// Turns on raw mode, alternate screen and bracketed paste. Captures the mouse only if `mouse` is set; otherwise it
    /// can select text.
    pub(crate) fn new(mouse: bool) -> io::Result<Self> {
        MOUSE.store(mouse, Ordering::SeqCst);
        // With NO_COLOR crossterm writes an empty colour command that resets reversed and bold; our theme leaves
        // colours out itself.
        style::force_color_output(true);
        hook_panics();
        let guard = Self;
        enter()?;
        Ok(guard)
    }

    /// Leaves a terminal that is gone, without writing to it.
    pub(crate) fn forget(self) {
        ON.store(false, Ordering::SeqCst);
        std::mem::forget(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
        let words = std::mem::take(&mut *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner));
        for word in words {
            _ = write!(io::stderr(), "{}", visible_lines(&word));
        }
    }
}

/// Turns everything on.
fn enter() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    ON.store(true, Ordering::SeqCst);
    write!(io::stdout(), "{}", TerminalSupport::of_env().begin())?;
    // A killed program leaves its screen behind, and the frames drawn here change only what they think differs.
    execute!(
        io::stdout(),
        terminal::EnterAlternateScreen,
        terminal::Clear(terminal::ClearType::All),
        event::EnableBracketedPaste,
        cursor::Hide
    )?;
    if MOUSE.load(Ordering::SeqCst) {
        execute!(io::stdout(), event::EnableMouseCapture)?;
    }
    Ok(())
}

/// Turns everything off, continuing after a failed step; does nothing the second time.
fn restore() {
    if ON.swap(false, Ordering::SeqCst) {
        _ = execute!(io::stdout(), terminal::EndSynchronizedUpdate);
        _ = execute!(io::stdout(), event::DisableBracketedPaste);
        if MOUSE.load(Ordering::SeqCst) {
            _ = execute!(io::stdout(), event::DisableMouseCapture);
        }
        _ = execute!(io::stdout(), terminal::LeaveAlternateScreen);
        _ = write!(io::stdout(), "{}", TerminalSupport::of_env().end());
        _ = execute!(io::stdout(), cursor::Show);
        _ = terminal::disable_raw_mode();
    }
}

/// Makes a panic of the loop restore the terminal before it prints. A panic of a task must not write over the screen:
/// the loop continues and shows the failure itself.
fn hook_panics() {
    let loop_thread = std::thread::current().id();
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == loop_thread || !ON.load(Ordering::SeqCst) {
            restore();
            previous(info);
        } else if let Ok(mut words) = LAST_WORDS.try_lock() {
            words.push(info.to_string());
        }
    }));
}

/// Writer to the terminal that buffers a frame and sends it in one write. Terminals with synchronized output show it in
/// one piece; others ignore that.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrameWriter(Arc<Mutex<Frames>>);

#[derive(Debug, Default)]
struct Frames {
    /// Bytes of the next frame so far.
    next: Vec<u8>,
    last: Vec<u8>,
    /// Title and progress shown now.
    outside: TitleAndProgress,
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frames().next.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing: ratatui flushes several times a frame, but a frame is sent once.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FrameWriter {
    fn frames(&self) -> MutexGuard<'_, Frames> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line for FrameWriter {
    fn send(&self) -> io::Result<usize> {
        let mut frames = self.frames();
        let next = std::mem::take(&mut frames.next);
        // Every frame positions the cursor itself, so repeating the same bytes changes nothing.
        if next == frames.last {
            return Ok(0);
        }
        let mut out = Vec::with_capacity(next.len() + 16);
        queue!(out, terminal::BeginSynchronizedUpdate)?;
        out.extend_from_slice(&next);
        queue!(out, terminal::EndSynchronizedUpdate)?;
        frames.last = next;
        io::stdout().write_all(&out)?;
        io::stdout().flush()?;
        Ok(out.len())
    }

    fn suspend(&self) -> io::Result<()> {
        restore();
        stop()
    }

    fn take(&self) -> io::Result<()> {
        let mut frames = self.frames();
        frames.last.clear();
        frames.outside = TitleAndProgress::default();
        enter()
    }

    fn show(&self, outside: &TitleAndProgress) -> io::Result<()> {
        let mut frames = self.frames();
        if frames.outside == *outside {
            return Ok(());
        }
        let codes = TerminalSupport::of_env().change(&frames.outside, outside);
        frames.outside = outside.clone();
        send(&codes)
    }

    fn notify(&self, how: Notify, text: &str) -> io::Result<()> {
        match how {
            Notify::Off => Ok(()),
            Notify::Bell => send("\x07"),
            Notify::Desktop => send(&passed_on(&TerminalSupport::of_env().notification(text))),
        }
    }

    fn copy(&self, text: &str) -> io::Result<()> {
        let code = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
        // tmux has a setting for the clipboard, and expects the code unwrapped.
        let is_screen = std::env::var_os("STY").is_some();
        send(&if is_screen { passed_on(&code) } else { code })
    }
}

fn send(codes: &str) -> io::Result<()> {
    io::stdout().write_all(codes.as_bytes())?;
    io::stdout().flush()
}

/// Wraps a code for the terminal outside GNU screen or tmux, which pass on only wrapped codes.
fn passed_on(code: &str) -> String {
    let has = |name| std::env::var_os(name).is_some();
    match (has("TMUX"), has("STY")) {
        (true, _) => format!("\x1bPtmux;{}\x1b\\", code.replace('\x1b', "\x1b\x1b")),
        (false, true) => format!("\x1bP{code}\x1b\\"),
        (false, false) => code.to_owned(),
    }
}

/// Stops every process of the job, as the terminal driver would; returns when it continues. The system doesn't stop it
/// if no shell could continue it.
#[cfg(unix)]
fn stop() -> io::Result<()> {
    CONTINUING.store(true, Ordering::SeqCst);
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
    // The signal may reach another thread first; this one must not write before then.
    std::thread::sleep(std::time::Duration::from_millis(50));
    Ok(())
}

#[cfg(not(unix))]
fn stop() -> io::Result<()> {
    Ok(())
}

/// Returns whether the user wants colours.
pub(crate) fn wants_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Forwards signals, and a hang-up that came without one, as long as the receiver exists: a run that outlives its screen
/// can still be asked to end.
pub(crate) async fn watch(signals: mpsc::Sender<Signal>) {
    tokio::select! {
        () = listen(&signals) => {}
        () = signals.closed() => {}
    }
}

#[cfg(unix)]
async fn listen(signals: &mpsc::Sender<Signal>) {
    use futures_util::FutureExt;
    use std::pin::pin;
    use tokio::signal::unix::{SignalKind, signal};
    let (hangup, terminate, interrupt) =
        (signal(SignalKind::hangup()), signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    // SIGCONT is 18 or 19, depending on the machine.
    let continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()));
    let (Ok(mut hangup), Ok(mut terminate), Ok(mut interrupt), Ok(mut continued)) =
        (hangup, terminate, interrupt, continued)
    else {
        return std::future::pending().await;
    };
    let mut dead = pin!(gone().fuse());
    loop {
        let signal = tokio::select! {
            _ = hangup.recv() => Signal::HangUp,
            () = &mut dead => Signal::HangUp,
            _ = terminate.recv() => Signal::Terminate,
            _ = interrupt.recv() => Signal::Terminate,
            _ = continued.recv() => {
                if CONTINUING.swap(false, Ordering::SeqCst) { continue }
                Signal::Continued
            }
        };
        if signal == Signal::HangUp {
            _ = replace_terminal();
        }
        _ = signals.send(signal).await;
    }
}

/// Puts an empty pipe in the place of a terminal that is gone. Crossterm's reader would spin on it forever, and if it is
/// in the middle of a read, nothing would hear of the hang-up.
#[cfg(unix)]
fn replace_terminal() -> io::Result<()> {
    let (empty, writer) = rustix::pipe::pipe()?;
    rustix::fs::fcntl_setfl(&empty, rustix::fs::OFlags::NONBLOCK)?;
    rustix::stdio::dup2_stdin(&empty)?;
    // If it were closed, the reader would spin on the end of the pipe.
    std::mem::forget(writer);
    Ok(())
}

/// Waits until the terminal is gone. Not every hang-up sends a signal, and crossterm's reader would spin on a dead
/// terminal forever.
#[cfg(unix)]
async fn gone() {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use std::io::IsTerminal;
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
        let polled = poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        let dead = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        if polled.is_ok() && fds.iter().any(|fd| fd.revents().intersects(dead)) {
            return;
        }
    }
}

#[cfg(not(unix))]
async fn listen(_: &mpsc::Sender<Signal>) {
    std::future::pending().await
}
