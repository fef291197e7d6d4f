#![doc = include_str!("README.md")]
#![warn(missing_docs)]

/// A file that browsers load.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Where it is, below the address of the console: `assets/main-1a2b.js`.
    pub path: &'static str,
    /// What it is: `text/css; charset=utf-8`.
    pub media_type: &'static str,
    /// Changes with its bytes; in quotes, as a header wants it.
    pub etag: &'static str,
    /// As it was built.
    pub bytes: &'static [u8],
    /// The same, compressed by gzip; none for what does not get smaller.
    pub gzip: Option<&'static [u8]>,
}

impl File {
    /// Whether its name holds a hash of its content, so that it never changes.
    pub fn is_lasting(&self) -> bool {
        self.path.starts_with(ASSETS)
    }
}

/// The folder of files whose names hold a hash of their content.
pub const ASSETS: &str = "assets/";

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file at a path.
pub fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// The page that every screen begins with.
pub fn index() -> Option<&'static File> {
    file("index.html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_to_begin_with_and_what_it_names() {
        let index = index().unwrap();
        let page = std::str::from_utf8(index.bytes).unwrap();
        assert!(!index.is_lasting());
        for asset in page
            .split('"')
            .filter_map(|it| it.strip_prefix("/console/"))
        {
            let asset = file(asset).unwrap();
            assert!(!asset.bytes.is_empty(), "{}", asset.path);
        }
    }

    #[test]
    fn no_two_files_are_at_one_path() {
        for file in FILES {
            let same = FILES.iter().filter(|other| other.path == file.path);
            assert_eq!(same.count(), 1, "{}", file.path);
            assert!(file.etag.starts_with('"') && file.etag.ends_with('"'));
        }
    }
}
