//! Data folder shared by a Unix group: one ledger for a team on one server.
//!
//! The folder has mode 2770 and its files 660, whatever the umask.

use std::io;
use std::path::{Path, PathBuf};

use super::quoted;
use crate::io_reason::io_reason;

/// Reasons why a folder can't be a team's data folder.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// The folder doesn't exist.
    #[error(
        "the team's folder {0} doesn't exist. Create it with: caseload team init {1} --group GROUP",
        path.display(),
        shown(path)
    )]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// Users outside the group can read or change its contents.
    #[error(
        "people outside the team can open the folder {0}. Check what is in it, then run: chmod 2770 {1}",
        path.display(),
        shown(path)
    )]
    OpenToOthers {
        /// The folder.
        path: PathBuf,
    },
    /// New files wouldn't belong to the group.
    #[error(
        "the folder {0} isn't shared by its group. Run: chmod 2770 {1}",
        path.display(),
        shown(path)
    )]
    NotShared {
        /// The folder.
        path: PathBuf,
    },
    /// The user isn't in the group.
    #[error(
        "the folder {} belongs to the group {group}, and you aren't a member. Ask the administrator of this machine to \
         add you, then log in again",
        path.display()
    )]
    NotAMember {
        /// The folder.
        path: PathBuf,
        /// Its group.
        group: String,
    },
    /// SQLite's locks aren't reliable there.
    #[error(
        "the folder {} is on a network file system ({kind}), where two programs can damage the ledger. Use a folder on \
         a disk of this machine",
        path.display()
    )]
    Network {
        /// The folder.
        path: PathBuf,
        /// Name of the file system.
        kind: &'static str,
    },
    /// The group doesn't exist.
    #[error("this machine has no group {0}. Create it, or use another with --group")]
    NoSuchGroup(String),
    /// The folder exists and belongs to others.
    #[error("the folder {} already exists and isn't yours to share. Choose another", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The system refused.
    #[error("can't use the team's folder {}: {}", path.display(), io_reason(source))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Not a Unix system.
    #[error("a ledger can only be shared on Unix systems")]
    NotHere,
}

fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// Mode of a team's folder. The setgid bit gives its group to new files.
#[cfg(unix)]
const FOLDER: u32 = 0o2770;
/// Mode of its files.
#[cfg(unix)]
const FILE: u32 = 0o660;

/// Returns true if files in this folder are shared with the folder's group.
#[cfg(unix)]
pub(super) fn is_shared(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(folder).is_ok_and(|about| about.mode() & 0o2020 == 0o2020)
}

/// Shares a file of our own with its group, whatever the umask.
#[cfg(unix)]
pub(super) fn share(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let about = file.metadata()?;
    if about.uid() == rustix::process::geteuid().as_raw() && about.mode() & 0o777 != FILE {
        file.set_permissions(std::fs::Permissions::from_mode(FILE))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn is_shared(_: &Path) -> bool {
    false
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps)]
pub(super) fn share(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// Checks that a folder is open to the team only, and on a local disk.
#[cfg(unix)]
pub(super) fn require_team_folder(path: &Path) -> Result<(), TeamError> {
    use std::os::unix::fs::MetadataExt;
    let fail = |source| TeamError::Folder { path: path.to_path_buf(), source };
    let path_buf = || path.to_path_buf();
    let about = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(TeamError::Missing { path: path_buf() });
        }
        about => about.map_err(fail)?,
    };
    if !about.is_dir() {
        return Err(fail(io::Error::new(io::ErrorKind::NotADirectory, "it is a file. Choose a folder")));
    }
    if about.mode() & 0o007 != 0 {
        return Err(TeamError::OpenToOthers { path: path_buf() });
    }
    let group = about.gid();
    let groups = rustix::process::getgroups().map_err(|error| fail(error.into()))?;
    let is_member = rustix::process::getegid().as_raw() == group
        || groups.iter().any(|id| id.as_raw() == group)
        || rustix::process::geteuid().is_root();
    if !is_member {
        return Err(TeamError::NotAMember { path: path_buf(), group: group_name(group) });
    }
    if about.mode() & 0o7770 != FOLDER {
        return Err(TeamError::NotShared { path: path_buf() });
    }
    require_local(path)
}

/// Fails for a folder on a network file system.
#[cfg(unix)]
fn require_local(path: &Path) -> Result<(), TeamError> {
    let about = rustix::fs::statfs(path)
        .map_err(|error| TeamError::Folder { path: path.to_path_buf(), source: error.into() })?;
    match network_kind(about.f_type) {
        Some(kind) => Err(TeamError::Network { path: path.to_path_buf(), kind }),
        None => Ok(()),
    }
}

/// Returns the name of a network file system by its magic number, as listed in statfs(2). Linux only.
#[cfg(unix)]
fn network_kind(magic: impl TryInto<i64>) -> Option<&'static str> {
    const KINDS: [(i64, &str); 13] = [
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFF53_4D42, "CIFS"),
        (0xFE53_4D42, "SMB 2"),
        (0x6573_5546, "FUSE, such as sshfs"),
        (0x0102_1997, "9p"),
        (0x5346_414F, "AFS"),
        (0x00C3_6400, "Ceph"),
        (0x0BD0_0BD0, "Lustre"),
        (0x0116_1970, "GFS2"),
        (0x7461_636F, "OCFS2"),
        (0x4750_4653, "GPFS"),
        (0x786F_4256, "a folder of VirtualBox"),
    ];
    if !cfg!(target_os = "linux") {
        return None;
    }
    // The width and sign of the field depend on the processor.
    let magic = magic.try_into().ok()? & 0xFFFF_FFFF;
    KINDS.iter().find(|(known, _)| *known == magic).map(|(_, name)| *name)
}

#[cfg(unix)]
fn group_name(id: u32) -> String {
    let known = nix::unistd::Group::from_gid(nix::unistd::Gid::from_raw(id)).ok().flatten();
    known.map_or_else(|| id.to_string(), |group| group.name)
}

/// Creates a folder shared by a group. An existing one must be our own and empty, or shared already.
#[cfg(unix)]
pub fn make_team_folder(path: &Path, group: &str) -> Result<PathBuf, TeamError> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let absolute = std::path::absolute(path);
    let path = absolute.map_err(|source| TeamError::Folder { path: path.to_path_buf(), source })?;
    let fail = |source| TeamError::Folder { path: path.clone(), source };
    let known = nix::unistd::Group::from_name(group).map_err(|error| fail(error.into()))?;
    let gid = known.ok_or_else(|| TeamError::NoSuchGroup(group.to_owned()))?.gid.as_raw();
    match std::fs::DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            use std::os::unix::fs::MetadataExt;
            let about = std::fs::metadata(&path).map_err(fail)?;
            let is_ours = about.uid() == rustix::process::geteuid().as_raw();
            let is_empty = || std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
            if about.gid() == gid && about.mode() & 0o7777 == FOLDER {
                require_team_folder(&path)?;
                return Ok(path);
            }
            if !(about.is_dir() && is_ours && is_empty()) {
                return Err(TeamError::Taken { path });
            }
        }
        made => made.map_err(fail)?,
    }
    // The group comes first: until the mode is set, the folder is ours alone.
    std::os::unix::fs::chown(&path, None, Some(gid)).map_err(fail)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(FOLDER)).map_err(fail)?;
    require_team_folder(&path)?;
    Ok(path)
}

#[cfg(not(unix))]
pub(super) fn require_team_folder(_: &Path) -> Result<(), TeamError> {
    Err(TeamError::NotHere)
}

/// Creates a folder shared by a group.
#[cfg(not(unix))]
pub fn make_team_folder(_: &Path, _: &str) -> Result<PathBuf, TeamError> {
    Err(TeamError::NotHere)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_numbers() {
        for (magic, kind) in [
            (0x6969_i64, Some("NFS")),
            (0xFF53_4D42, Some("CIFS")),
            // As a signed word.
            (i64::from(0xFF53_4D42_u32.cast_signed()), Some("CIFS")),
            (0xEF53, None),
            (0x0102_1994, None),
            (0x794C_7630, None),
        ] {
            assert_eq!(network_kind(magic), kind, "{magic:x}");
        }
    }
}
