//! Runs a program in a real pseudo-terminal, and reads what the terminal shows.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc)]

use std::{
    io::{Read, Write},
    num::NonZero,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// Time limit of every wait, generous enough for a slow machine.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Output seen so far.
struct Screen {
    terminal: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

/// A program in a terminal of its own.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Screen>, Condvar)>,
}

impl Pty {
    pub fn start(mut command: CommandBuilder, columns: u16, rows: u16) -> Self {
        command.env("TERM", "xterm-256color");
        // Independent of the terminal the tests run in.
        for name in ["TMUX", "STY", "TERM_PROGRAM", "WT_SESSION", "ConEmuANSI"] {
            command.env_remove(name);
        }
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (reader, writer) = (pair.master.try_clone_reader().unwrap(), pair.master.take_writer().unwrap());
        let terminal = vt100::Parser::new(cells(rows), cells(columns), 200);
        let seen =
            Arc::new((Mutex::new(Screen { terminal, bytes: Vec::new(), ended: false }), Condvar::new()));
        let shared = seen.clone();
        std::thread::spawn(move || watch(reader, &shared));
        Self { child, master: pair.master, writer, seen }
    }

    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().terminal.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Returns the contents of the screen.
    pub fn shown(&self) -> String {
        self.seen.0.lock().unwrap().terminal.screen().contents()
    }

    /// Returns every byte the program wrote.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// Waits until the terminal shows a text; returns the contents of the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |shown| shown.contains(text))
    }

    pub fn wait_until(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        self.wait_for_output(what, |seen| condition(&seen.terminal.screen().contents()))
    }

    /// Waits until the program has written a text, even if it is no longer on the screen.
    pub fn wait_for_bytes(&self, text: &str) {
        self.wait_for_output(text, |seen| String::from_utf8_lossy(&seen.bytes).contains(text));
    }

    fn wait_for_output(&self, what: &str, condition: impl Fn(&Screen) -> bool) -> String {
        let began = Instant::now();
        let (lock, change) = &*self.seen;
        let mut seen = lock.lock().unwrap();
        loop {
            let shown = seen.terminal.screen().contents();
            if condition(&seen) {
                return shown;
            }
            assert!(
                !seen.ended && began.elapsed() < TIMEOUT,
                "still waiting for {what}; the terminal shows\n{shown}"
            );
            seen = change.wait_timeout(seen, Duration::from_secs(1)).unwrap().0;
        }
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the program to end, and for all its output.
    pub fn wait(&mut self) -> ExitStatus {
        let status = self.child.wait().unwrap();
        let (lock, change) = &*self.seen;
        let mut seen = lock.lock().unwrap();
        while !seen.ended {
            seen = change.wait_timeout(seen, Duration::from_secs(1)).unwrap().0;
        }
        status
    }

    /// Asserts that the terminal is restored: main screen, visible cursor, no paste mode, canonical mode and echo.
    pub fn assert_restored(&self) {
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.terminal.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.bracketed_paste(), "still in paste mode");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        let modes = self.master.get_termios().unwrap();
        let text = format!("{:?}", modes.local_flags);
        assert!(text.contains("ICANON") && text.contains("ECHO"), "still in raw mode: {text}");
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap_or(NonZero::<u16>::MIN)
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn watch(mut reader: Box<dyn Read + Send>, shared: &(Mutex<Screen>, Condvar)) {
    let mut buffer = [0; 4096];
    loop {
        // After the program has ended, reading gives an error or the end.
        let count = reader.read(&mut buffer).unwrap_or(0);
        let mut seen = shared.0.lock().unwrap();
        let read = buffer.get(..count).unwrap_or_default();
        seen.terminal.process(read);
        seen.bytes.extend_from_slice(read);
        seen.ended = count == 0;
        shared.1.notify_all();
        if count == 0 {
            return;
        }
    }
}
