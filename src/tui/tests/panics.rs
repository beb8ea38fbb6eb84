//! Panics in a real terminal: a copy of this test program draws and panics, and the test inspects the result.

use portable_pty::CommandBuilder;

use crate::tui::core::line::Line;
use crate::tui::core::terminal::{FrameWriter, Guard};

#[path = "../../../tests/it/common/pty.rs"]
mod pty;

/// Not a test of its own: the test below runs it in a terminal.
#[test]
#[ignore = "run by the test below, in a terminal"]
fn draws_and_panics() {
    let _guard = Guard::new(false).unwrap();
    FrameWriter::default().send().unwrap();
    panic!("the sky fell");
}

#[cfg(unix)]
#[test]
fn a_panic_gives_the_terminal_back_and_is_read_on_it() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tui::tests::panics::draws_and_panics", "--ignored", "--nocapture"]);

    let mut pty = pty::Pty::start(command, 80, 24);
    assert!(!pty.wait().success());
    pty.assert_restored();
    let bytes = String::from_utf8_lossy(&pty.bytes()).into_owned();
    let left = bytes.find("\x1b[?1049l").expect("the alternate screen is left");
    assert!(
        bytes[left..].contains("the sky fell"),
        "the message is printed on the screen that stays: {bytes:?}"
    );
}
