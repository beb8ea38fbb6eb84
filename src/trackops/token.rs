//! Sources of a token: a command, a file, or the system's keyring. Errors say only how a source failed, never what it
//! printed.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroizing;

use super::account::Token;
use super::account_error::AccountError;
use crate::home::open_without_waiting;
use crate::io_reason::io_reason;

/// Time limit for a command.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum size of a command's output or of a token file, in bytes.
const MAX_BYTES: usize = 64 << 10;
/// Interval for checking whether a command that closed its output has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Reads a token from a file that only its owner can read. Strips outer spaces and line ends.
pub fn read_token_file(path: &Path) -> Result<Token, AccountError> {
    let shown = path.display().to_string();
    let fail = |reason: String| AccountError::TokenFile { path: shown.clone(), reason };
    let file = open_without_waiting(path).map_err(|error| fail(io_reason(&error)))?;
    let about = file.metadata().map_err(|error| fail(io_reason(&error)))?;
    if about.is_dir() {
        return Err(fail("it is a folder; choose a file".to_owned()));
    }
    // Checked on the open file, so that no other file can be swapped in between.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(AccountError::TokenFileOpen { path: shown });
        }
    }
    let bytes = read_bounded(file).map_err(|error| fail(io_reason(&error)))?;
    if bytes.len() > MAX_BYTES {
        return Err(fail("it is too long for a token".to_owned()));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| fail("it isn't text".to_owned()))?;
    if text.trim().is_empty() { Err(fail("it is empty".to_owned())) } else { Ok(Token::from(text.trim())) }
}

/// Runs a command in the system's shell. The first line it prints, without outer spaces, is the token. It has no
/// terminal to prompt in, and its standard error is discarded.
pub fn run_token_command(command: &str) -> Result<Token, AccountError> {
    run(shell(command), TIMEOUT).map_err(AccountError::TokenCommand)
}

/// Asks the system's keyring for an account's token, with the keyring's own program.
pub fn ask_keyring(account: &str) -> Result<Token, AccountError> {
    let fail = |reason: String| AccountError::TokenKeyring { reason, store: store_command(account) };
    let command = keyring(account)
        .ok_or_else(|| fail("caseload doesn't support a keyring on this system".to_owned()))?;
    run(in_own_group(command), TIMEOUT).map_err(fail)
}

/// Service name in the keyring.
const SERVICE: &str = "caseload";

fn keyring(account: &str) -> Option<Command> {
    let (program, arguments) = if cfg!(target_os = "macos") {
        ("/usr/bin/security", vec!["find-generic-password", "-s", SERVICE, "-a", account, "-w"])
    } else if cfg!(unix) {
        ("secret-tool", vec!["lookup", "service", SERVICE, "account", account])
    } else {
        return None;
    };
    let mut command = Command::new(program);
    command.args(arguments);
    Some(command)
}

/// Returns the command that stores the token. It prompts for the token, which keeps it out of process lists.
fn store_command(account: &str) -> String {
    let account = crate::home::quoted(account);
    if cfg!(target_os = "macos") {
        format!("security add-generic-password -s {SERVICE} -a {account} -w")
    } else {
        format!("secret-tool store --label={SERVICE} service {SERVICE} account {account}")
    }
}

fn run(mut command: Command, patience: Duration) -> Result<Token, String> {
    let until = Instant::now() + patience;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("it can't be started ({})", io_reason(&error)))?;
    let ended = wait_for_output(&mut child, until, patience);
    if ended.is_err() {
        stop(&mut child);
    }
    let (bytes, status) = ended?;
    if !status.success() {
        return Err(describe_exit(status));
    }
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let text = std::str::from_utf8(line).map_err(|_| "its output isn't text".to_owned())?.trim();
    if text.is_empty() { Err("its first line is empty".to_owned()) } else { Ok(Token::from(text)) }
}

/// Returns the output of a command and its exit status.
fn wait_for_output(
    child: &mut Child,
    until: Instant,
    patience: Duration,
) -> Result<(Zeroizing<Vec<u8>>, ExitStatus), String> {
    let late = || {
        format!(
            "it didn't finish in {} s and was stopped; it has no terminal to prompt in",
            patience.as_secs()
        )
    };
    let out = child.stdout.take().ok_or_else(late)?;
    let (sender, printed) = mpsc::channel();
    // In a thread, because a process that the command leaves behind may hold the pipe open forever.
    thread::Builder::new()
        .spawn(move || _ = sender.send(read_bounded(out)))
        .map_err(|error| format!("its output can't be read ({})", io_reason(&error)))?;
    let printed = printed.recv_timeout(patience).map_err(|_| late())?;
    let bytes = printed.map_err(|error| format!("its output can't be read ({})", io_reason(&error)))?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("it printed more than {} KiB", MAX_BYTES >> 10));
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok((bytes, status)),
            Ok(None) if Instant::now() >= until => return Err(late()),
            Ok(None) => thread::sleep(POLL_INTERVAL),
            Err(error) => {
                return Err(format!("caseload can't tell whether it finished ({})", io_reason(&error)));
            }
        }
    }
}

/// Reads up to one byte more than the maximum. The buffer never moves, so that wiping it leaves no copy.
fn read_bounded(source: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; MAX_BYTES + 1]);
    let mut source = source.take(MAX_BYTES as u64 + 1);
    let mut filled = 0;
    loop {
        let room = bytes.get_mut(filled..).unwrap_or_default();
        match source.read(room) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command);
    in_own_group(shell)
}

/// Puts a command in its own process group, so that everything it starts can be stopped.
#[cfg(unix)]
fn in_own_group(mut command: Command) -> Command {
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

#[cfg(not(unix))]
fn in_own_group(command: Command) -> Command {
    command
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    // Passed raw: cmd has its own rules for quotes.
    std::os::windows::process::CommandExt::raw_arg(shell.arg("/C"), command);
    shell
}

/// Stops a command and everything it started.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn describe_exit(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("it ended with exit status {code}"),
        None => "it was stopped by a signal".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use secrecy::ExposeSecret;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_token_file_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my token");
        fs::write(&path, "s3cret\n").unwrap();
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        for open in [0o640, 0o604, 0o620, 0o666, 0o610] {
            mode(open);
            let error = read_token_file(&path).unwrap_err().to_string();
            assert!(error.contains(&format!("chmod 600 '{}'", path.display())), "{error}");
            assert!(!error.contains("s3cret"));
        }
        mode(0o600);
        let token = read_token_file(&path).unwrap();
        assert_eq!(token.expose_secret(), "s3cret");
        assert!(!format!("{token:?}").contains("s3cret"));
        fs::write(&path, "x".repeat(MAX_BYTES + 1)).unwrap();
        assert!(read_token_file(&path).unwrap_err().to_string().contains("too long"));
    }

    #[cfg(unix)]
    #[test]
    fn the_first_line_of_a_command_is_the_token() {
        for command in ["echo s3cret", "printf ' s3cret \\r\\nuser: jane\\n'", "printf s3cret"] {
            assert_eq!(run(shell(command), TIMEOUT).unwrap().expose_secret(), "s3cret", "{command}");
        }
        // It has no terminal and no input.
        assert_eq!(run(shell("read line || echo none"), TIMEOUT).unwrap().expose_secret(), "none");
    }

    #[cfg(unix)]
    #[test]
    fn a_failed_command_is_reported_by_exit_status_without_its_output() {
        for (command, expected) in [
            ("echo s3cret; echo s3cret >&2; exit 3", "it ended with exit status 3"),
            ("no-such-command-s3cret", "it ended with exit status 127"),
            ("echo; echo s3cret", "its first line is empty"),
            ("true", "its first line is empty"),
            ("printf '\\377s3cret'", "isn't text"),
            ("kill -9 $$", "stopped by a signal"),
            ("yes s3cret", "more than 64 KiB"),
        ] {
            let error = run(shell(command), TIMEOUT).unwrap_err();
            assert!(error.contains(expected) && !error.contains("s3cret"), "{command}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_does_not_end_is_stopped_with_all_it_started() {
        let begun = Instant::now();
        let patience = Duration::from_millis(300);
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let command =
            format!("sleep 600 & echo $! > '{0}.new'; mv '{0}.new' '{0}'; sleep 600", pids.display());
        for command in [command.as_str(), "exec >&-; sleep 600"] {
            let error = run(shell(command), patience).unwrap_err();
            assert!(error.contains("didn't finish"), "{error}");
        }
        let pid: i32 = fs::read_to_string(pids).unwrap().trim().parse().unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        // It is dead; reaping it is the system's business.
        while rustix::process::test_kill_process(pid).is_ok() {
            let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
            if stat.is_empty() || stat.contains(") Z ") {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{stat}");
            thread::yield_now();
        }
    }
}
