//! Reads the workspace for the rules that keep it in shape; the rules themselves are the tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand};

/// A crate of the workspace.
#[derive(Debug, Clone)]
pub struct Member {
    /// Name of the crate.
    pub name: String,
    /// Folder relative to the root, e.g. `libs/ids`.
    pub folder: String,
    /// Names of the crates that it uses, not counting those of its tests.
    pub uses: BTreeSet<String>,
}

impl Member {
    /// Whether it is one of the services, which all look alike: not the command line, nor a part of a service.
    pub fn is_service(&self) -> bool {
        let name = self.folder.strip_prefix("services/");
        name.is_some_and(|name| !name.contains('/') && name != "tributary")
    }
}

/// A source file.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path relative to the root, with forward slashes.
    pub path: String,
    /// The text as it stands.
    pub text: String,
}

impl Source {
    /// The lines that run in production: without comments and without the test module at the end.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        self.text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .filter(|line| !line.trim_start().starts_with("//"))
    }
}

/// Root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The members of the workspace by name.
pub fn members() -> Result<BTreeMap<String, Member>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .context("cargo metadata")?;
    let base = metadata.workspace_root.as_std_path();
    metadata
        .packages
        .iter()
        .map(|package| {
            let folder = package
                .manifest_path
                .parent()
                .context("manifest without a folder")?;
            let folder = folder
                .as_std_path()
                .strip_prefix(base)?
                .display()
                .to_string();
            let uses = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .map(|dependency| dependency.name.clone())
                .collect();
            let name = package.name.to_string();
            Ok((name.clone(), Member { name, folder, uses }))
        })
        .collect()
}

/// Every Rust file below the given folders of the checkout.
pub fn sources(folders: &[&str]) -> Result<Vec<Source>> {
    let root = root();
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if path.is_dir() && name != "target" && name != "node_modules" {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)?;
                let path = path.strip_prefix(&root)?.display().to_string();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
