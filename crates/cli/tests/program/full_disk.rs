//! A disk that is full: a clear message, the operator's exit code, the earlier snapshot intact.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{Folder, post_lines};

/// A small file system in memory, unmounted when dropped.
struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// `None` where this process may not mount.
    fn mount(path: &Path, size: &str) -> Option<Self> {
        fs::create_dir(path).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(path)
            .output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        is_mounted.then(|| Self {
            path: path.to_owned(),
        })
    }

    /// Fills the disk up to so many bytes.
    fn leave_room(&self, room_bytes: u64) {
        self.clear();
        let mut filler = File::create(self.filler()).unwrap();
        // The last piece does not fit: the disk is full.
        while filler.write_all(&[0; 4096]).is_ok() {}
        let size = filler.metadata().unwrap().len();
        filler.set_len(size - room_bytes).unwrap();
    }

    /// Takes away what fills the disk.
    fn clear(&self) {
        if self.filler().exists() {
            fs::remove_file(self.filler()).unwrap();
        }
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount")
            .arg("--lazy")
            .arg(&self.path)
            .status();
        assert!(
            unmounted.is_ok_and(|status| status.success()),
            "{} stays mounted",
            self.path.display()
        );
    }
}

/// Room left for an import that needs more than three megabytes, from hardly any to almost enough.
const ROOM_BYTES: [u64; 4] = [32 << 10, 256 << 10, 1 << 20, 2 << 20];

#[test]
fn a_full_disk_ends_the_import_and_keeps_the_snapshot() {
    let folder = Folder::new();
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"), "12m") else {
        eprintln!("skipped: no right to mount a small file system");
        return;
    };
    folder.write("small.jsonl", post_lines(0..500));
    folder
        .run(&["simulate", "--scale", "200k", "--out", "world"])
        .succeeded();
    let in_workspace = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--workspace", "disk/workspace"]);
        folder.run(&all)
    };
    in_workspace(&[
        "import",
        "small.jsonl",
        "--source",
        "board",
        "--kind",
        "cybercrime",
    ])
    .succeeded();
    let before = in_workspace(&["status", "--json"]).succeeded().stdout;
    for room_bytes in ROOM_BYTES {
        disk.leave_room(room_bytes);
        in_workspace(&[
            "import",
            "world/public_forum",
            "--source",
            "webmasters",
            "--kind",
            "public",
        ])
        .failed(
            4,
            &[
                "disk/workspace/",
                "No space left on device",
                "hint: free space on that disk",
            ],
        );
        let after = in_workspace(&["status", "--json"]).succeeded().stdout;
        assert_eq!(before, after, "with {room_bytes} bytes of room");
    }
    disk.clear();
    let counted = in_workspace(&["sql", "SELECT count(body) AS n FROM posts", "--csv"]).succeeded();
    assert_eq!(counted.stdout, "n\n500\n");
    in_workspace(&[
        "import",
        "world/public_forum",
        "--source",
        "webmasters",
        "--kind",
        "public",
    ])
    .succeeded();
}
