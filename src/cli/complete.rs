//! Shell completion: the script that a shell loads, and the values it asks for.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{CommandFactory, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use super::Cli;
use crate::app::{App, Settings};
use crate::guide::PAGES;
use crate::home::{Home, expand_path};
use crate::text::visible;

/// Environment variable by which a shell asks for completions.
const VARIABLE: &str = "CASELOAD_COMPLETE";

/// Bash passes a word as typed, with backslashes, and inserts values as they are, so that a file name with a space would
/// become two words.
const BASH_QUOTING: &str = r#"
_caseload_quoted() {
    case ${COMP_WORDS[COMP_CWORD]} in
        [\"\']*) _clap_complete_caseload "$@" ;;
        *)
            _clap_complete_caseload "$1" "${2//\\/}" "$3"
            local i
            for i in "${!COMPREPLY[@]}"; do
                if [[ ${COMPREPLY[i]} == *[[:space:]\"\'\\\$\`\&\;\|\<\>\(\)]* ]]; then
                    COMPREPLY[i]=$(printf %q "${COMPREPLY[i]}")
                fi
            done
            ;;
    esac
}
"#;

/// A shell with completions.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Shell {
    /// Bash.
    Bash,
    /// Elvish.
    Elvish,
    /// Fish.
    Fish,
    /// `PowerShell`.
    #[value(name = "powershell", help = "PowerShell")]
    PowerShell,
    /// Zsh.
    Zsh,
}

impl Shell {
    /// Returns the script that the shell loads. It asks this program while the user types, so that it needs no update.
    pub fn script(self) -> std::io::Result<Vec<u8>> {
        let shell: &dyn EnvCompleter = match self {
            Self::Bash => &Bash,
            Self::Elvish => &Elvish,
            Self::Fish => &Fish,
            Self::PowerShell => &Powershell,
            Self::Zsh => &Zsh,
        };
        let mut script = Vec::new();
        shell.write_registration(VARIABLE, "caseload", "caseload", "caseload", &mut script)?;
        if let Self::Bash = self {
            let registered = String::from_utf8_lossy(&script);
            let quoted = registered.replace("-F _clap_complete_caseload", "-F _caseload_quoted");
            return Ok((BASH_QUOTING.to_owned() + &quoted).into_bytes());
        }
        Ok(script)
    }
}

/// Answers a shell that asks for completions, and ends the program. Does nothing in any other run. Must be called
/// before threads are started.
pub fn answer_shell() {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).complete();
}

/// Completes the number of an import.
pub(super) fn imports() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let imports = known(|app| app.imports().all().unwrap_or_default());
        let candidates = imports.into_iter().map(|import| {
            let help = format!("{} · {}", visible(&import.file_name()), import.status);
            // Newest first, as in the list.
            CompletionCandidate::new(import.id.to_string()).help(Some(help.into()))
        });
        beginning(typed, candidates)
    })
}

/// Completes the name of an account.
pub(super) fn accounts() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let accounts = known(|app| app.accounts().known().all);
        let candidates = accounts.into_iter().map(|account| {
            let help = format!("{} at {}", visible(&account.username), visible(&account.url.host()));
            CompletionCandidate::new(account.name).help(Some(help.into()))
        });
        beginning(typed, candidates)
    })
}

/// Completes a topic of the guide.
pub(super) fn topics() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let candidates =
            PAGES.iter().map(|page| CompletionCandidate::new(page.topic).help(Some(page.title().into())));
        beginning(typed, candidates)
    })
}

fn beginning(
    typed: &OsStr,
    candidates: impl Iterator<Item = CompletionCandidate>,
) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    candidates.filter(|of| of.get_value().to_string_lossy().starts_with(typed.as_ref())).collect()
}

/// Returns what the program knows, or nothing if it has no data yet: a key press must not create folders.
fn known<T: Default>(of: impl FnOnce(&App) -> T) -> T {
    let path = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = home_in(std::env::args_os()).or_else(|| path("CASELOAD_HOME"));
    let settings = Settings { home, team: path("CASELOAD_DATA"), ..Settings::default() };
    if !Home::exists(settings.home.as_deref()) {
        return T::default();
    }
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return T::default() };
    runtime.block_on(App::open(settings)).map(|app| of(&app)).unwrap_or_default()
}

/// Returns the home named in the words of a command. Bash makes `=` a word of its own.
fn home_in(mut words: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    let value = words.find_map(|word| word.to_str()?.strip_prefix("--home").map(str::to_owned))?;
    let home = match value.strip_prefix('=') {
        Some(home) if !home.is_empty() => OsString::from(home),
        _ => words.find(|word| word != "=").filter(|home| !home.is_empty())?,
    };
    Some(expand_path(Path::new(&home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_is_the_one_of_the_command() {
        let home = |line: &str| home_in(line.split(' ').map(OsString::from));
        for line in ["--home /x resume", "--home=/x resume", "--home = /x resume", "resume --home /x"] {
            assert_eq!(home(&format!("caseload -- caseload {line} ")), Some("/x".into()), "{line}");
        }
        assert_eq!((home("caseload -- caseload resume "), home("caseload --home")), (None, None));
    }

    #[test]
    fn bash_quotes_values_that_would_become_two_words() {
        let script = String::from_utf8(Shell::Bash.script().unwrap()).unwrap();
        assert_eq!(script.matches("-F _caseload_quoted caseload").count(), 2, "{script}");
        assert!(script.contains("\n_clap_complete_caseload() {"), "{script}");
    }

    #[test]
    fn every_shell_has_a_script_that_asks_the_program() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(shell.script().unwrap()).unwrap();
            assert!(script.contains(VARIABLE) && script.contains("caseload"), "{shell:?}: {script}");
        }
    }
}
