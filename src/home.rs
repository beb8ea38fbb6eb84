//! Folders for config and data, and files that only their owner, or a team, can read.

mod team;

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::io_reason::write_reason;

/// The folders of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Accounts and catalogs.
    pub config: PathBuf,
    /// The user's own data, and the ledger unless a team shares it.
    pub data: PathBuf,
    /// The folder of the team's ledger, if there is one.
    pub team: Option<PathBuf>,
}

/// Reasons why the folders can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The platform has no home folder.
    #[error("this machine has no home folder. Set one with --home DIR or CASELOAD_HOME")]
    None,
    /// Its owner could change what is read from it, and redirect what is written.
    #[error("the folder {} belongs to another user. Use one of your own with --home DIR", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// Anyone could have written its contents.
    #[error(
        "anyone can change the files in {0}. Check that all of them are yours, then run: chmod 700 {1}",
        path.display(),
        quoted(&path.display().to_string())
    )]
    Open {
        /// The folder.
        path: PathBuf,
    },
    /// A team can't share the folder.
    #[error(transparent)]
    Team(#[from] TeamError),
    /// The system refused.
    #[error("can't create the folder {}: {}. Use another with --home DIR", path.display(), folder_reason(source))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl Home {
    /// Returns the folders below the given one, or the platform's own, whether or not they exist.
    fn below(folder: Option<&Path>) -> Result<Self, HomeError> {
        let (config, data) = if let Some(folder) = folder {
            // Paths below it are kept in the config file, and must mean the same from any folder.
            let folder = std::path::absolute(folder)
                .map_err(|source| HomeError::Folder { path: folder.to_path_buf(), source })?;
            (folder.join("config"), folder.join("data"))
        } else {
            let folders = directories::ProjectDirs::from("", "", "caseload").ok_or(HomeError::None)?;
            (folders.config_dir().into(), folders.data_dir().into())
        };
        Ok(Self { config, data, team: None })
    }

    /// Returns true if the folders exist already.
    #[must_use]
    pub fn exists(folder: Option<&Path>) -> bool {
        Self::below(folder).is_ok_and(|home| home.config.is_dir() && home.data.is_dir())
    }

    /// Opens the folders below the given one, or the platform's own. Creates them if missing.
    pub fn open(folder: Option<&Path>) -> Result<Self, HomeError> {
        let home = Self::below(folder)?;
        if let Some(folder) = home.config.parent().filter(|_| folder.is_some()) {
            make_folder(folder)?;
            // A shared folder is fine if nobody can rename others' files in it, as in /tmp.
            require_own(folder, Sticky::Enough)?;
        }
        for path in [&home.config, &home.data] {
            private_folder(path)?;
        }
        Ok(home)
    }

    /// Moves the ledger to a folder that a team shares.
    pub fn with_team(self, folder: &Path) -> Result<Self, HomeError> {
        let team = std::path::absolute(expand_path(folder))
            .map_err(|source| HomeError::Folder { path: folder.to_path_buf(), source })?;
        team::require_team_folder(&team)?;
        Ok(Self { team: Some(team), ..self })
    }

    /// Returns the folder of the ledger, copies of standard input, and lists from Trackops.
    #[must_use]
    pub fn ledger(&self) -> &Path {
        self.team.as_deref().unwrap_or(&self.data)
    }

    /// Returns the folder of catalogs.
    #[must_use]
    pub fn catalogs(&self) -> &Path {
        self.team.as_deref().unwrap_or(&self.config)
    }
}

/// Returns the name of the machine's user.
#[must_use]
pub fn os_user() -> String {
    #[cfg(unix)]
    if let Ok(Some(user)) = nix::unistd::User::from_uid(nix::unistd::geteuid()) {
        return user.name;
    }
    let named = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.unwrap_or_default()
}

pub use team::{TeamError, make_team_folder};

/// Whether the sticky bit makes a shared folder acceptable: nobody can rename others' files in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sticky {
    Enough,
    NotEnough,
}

/// Creates a folder only its owner can enter, whatever the umask. An existing one must be ours.
pub(crate) fn private_folder(path: &Path) -> Result<(), HomeError> {
    make_folder(path)?;
    require_own(path, Sticky::NotEnough)?;
    // An existing one may be readable by others.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let fail = |source| HomeError::Folder { path: path.to_path_buf(), source };
        if std::fs::metadata(path).map_err(fail)?.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(fail)?;
        }
    }
    Ok(())
}

/// Describes why a folder can't be created.
fn folder_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "it is a file".to_owned(),
        _ => write_reason(error),
    }
}

fn make_folder(path: &Path) -> Result<(), HomeError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let created = builder.recursive(true).create(path);
    created.map_err(|source| HomeError::Folder { path: path.to_path_buf(), source })
}

/// Fails for a folder that another user owns, or that anyone can change.
#[cfg(unix)]
fn require_own(path: &Path, sticky: Sticky) -> Result<(), HomeError> {
    use std::os::unix::fs::MetadataExt;
    let path = path.to_path_buf();
    let folder = match std::fs::metadata(&path) {
        Ok(folder) => folder,
        Err(source) => return Err(HomeError::Folder { path, source }),
    };
    let (ours, root) = (rustix::process::geteuid().as_raw(), 0);
    let is_kept = sticky == Sticky::Enough && folder.mode() & 0o1000 != 0;
    match folder.uid() {
        owner if owner != ours && !(sticky == Sticky::Enough && owner == root) => {
            Err(HomeError::Foreign { path })
        }
        _ if folder.mode() & 0o002 != 0 && !is_kept => Err(HomeError::Open { path }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps)]
fn require_own(_: &Path, _: Sticky) -> Result<(), HomeError> {
    Ok(())
}

/// Quotes a path for a shell.
pub(crate) fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// Expands a leading `~` to the home folder.
pub(crate) fn expand_path(path: &Path) -> PathBuf {
    let home = || directories::BaseDirs::new().map(|folders| folders.home_dir().to_path_buf());
    match path.strip_prefix("~") {
        Ok(rest) => home().map_or_else(|| path.to_path_buf(), |home| home.join(rest)),
        Err(_) => path.to_path_buf(),
    }
}

/// Opens a file of ours for reading and writing, or creates it, so that only its owner or the team of its folder can
/// read it. Follows no link: its target would be overwritten.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    let file = private(OpenOptions::new().read(true).write(true).create(true).truncate(false), path)?;
    share_with_team(&file, path)?;
    Ok(file)
}

/// Shares a private file with the team of its folder, if there is one.
pub(crate) fn share_with_team(file: &File, path: &Path) -> io::Result<()> {
    if path.parent().is_some_and(team::is_shared) { team::share(file) } else { Ok(()) }
}

/// Returns the first path of `x.csv`, `x-2.csv`, `x-3.csv` … that doesn't exist yet.
pub(crate) fn unused_path(path: &Path) -> PathBuf {
    let (stem, ending) = (path.file_stem().unwrap_or_default().to_string_lossy(), path.extension());
    let ending = ending.map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let numbered = (2..=MAX_NUMBER).map(|number| path.with_file_name(format!("{stem}-{number}{ending}")));
    let mut candidates = std::iter::once(path.to_path_buf()).chain(numbered);
    // A link to nowhere is a name that is taken, too.
    candidates
        .find(|path| expand_path(path).symlink_metadata().is_err())
        .unwrap_or_else(|| path.to_path_buf())
}

/// Highest number of a proposed file name.
const MAX_NUMBER: u32 = 1_000;

/// Creates a file that only its owner can read. Fails if it exists.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create_new(true), path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use rustix::{fs::OFlags, io::Errno};
    use std::os::unix::fs::OpenOptionsExt;
    let opened = options.mode(0o600).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path);
    opened.map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::LOOP) => io::Error::other("it is a link, which caseload didn't create. Remove it"),
        _ => error,
    })
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

/// Reads a small file that someone else wrote. Fails beyond `most` bytes. Never waits for a pipe without a writer.
pub(crate) fn read_small(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let file = open_without_waiting(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder; choose a file"));
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        let message = format!("it is larger than {} KiB, so it must be another kind of file", most >> 10);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// [`read_small`] for UTF-8 text.
pub(crate) fn read_small_text(path: &Path, most: usize) -> io::Result<String> {
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it isn't UTF-8 text");
    String::from_utf8(read_small(path, most)?).map_err(no_text)
}

/// Opens a file for reading. A pipe without a writer is empty, where the system would wait for one.
#[cfg(unix)]
pub(crate) fn open_without_waiting(path: &Path) -> io::Result<File> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, OFlags::NONBLOCK.bits().cast_signed());
    let file = options.read(true).open(path)?;
    // Reading waits again, for a pipe that has a writer.
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

#[cfg(not(unix))]
pub(crate) fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Replaces a whole file at once: readers see the old or the new one, never half.
pub(crate) fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // The temporary file is private from the start, and stays so when it is renamed.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    share_with_team(file.as_file(), path)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
