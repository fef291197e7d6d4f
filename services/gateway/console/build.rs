//! Builds the browser application and makes a table of its files.
//!
//! `CONSOLE_SKIP=1` puts a page in its place that says so: work on services then needs no Node.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script by its environment"
)]

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

/// What the application is made from. Generated code and packages are not among it: they are made here.
const SOURCES: [&str; 8] = [
    "../../../proto/tributary",
    "buf.gen.yaml",
    "index.html",
    "package-lock.json",
    "public",
    "src",
    "tsconfig.json",
    "vite.config.ts",
];

const SKIPPED: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Tributary</title>\n\
    <p>This program was built with <code>CONSOLE_SKIP=1</code>: without the console.</p>\n</html>\n";

fn main() -> Result<()> {
    println!("cargo:rerun-if-env-changed=CONSOLE_SKIP");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let dist = out.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    if env::var("CONSOLE_SKIP").is_ok_and(|value| value == "1") {
        fs::create_dir_all(&dist)?;
        fs::write(dist.join("index.html"), SKIPPED)?;
    } else {
        build(&dist)?;
    }
    fs::write(out.join("files.rs"), table(&dist)?)?;
    Ok(())
}

fn build(dist: &Path) -> Result<()> {
    if !is_installed() {
        npm(&["ci", "--ignore-scripts"])?;
    }
    npm(&["run", "generate"])?;
    let dist = dist.to_str().context("a path that is no text")?;
    npm(&["run", "bundle", "--", "--outDir", dist])
}

/// Whether the packages are those of the lock file: npm leaves its own copy of it when it is done.
fn is_installed() -> bool {
    let changed_at = |path| fs::metadata(path).and_then(|it| it.modified());
    let done = changed_at("node_modules/.package-lock.json");
    let wanted = changed_at("package-lock.json");
    matches!((done, wanted), (Ok(done), Ok(wanted)) if done >= wanted)
}

fn npm(arguments: &[&str]) -> Result<()> {
    let output = Command::new("npm")
        .args(arguments)
        .output()
        .context("npm cannot be started: Node 20 or newer is needed, or CONSOLE_SKIP=1 for a build without console")?;
    ensure!(
        output.status.success(),
        "npm {} failed:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// `FILES`, by path.
fn table(dist: &Path) -> Result<String> {
    let mut paths = Vec::new();
    collect(dist, &mut paths)?;
    paths.retain(|path| path.extension().is_none_or(|it| it != "gz"));
    paths.sort();
    let mut table = String::from("/// All files.\npub const FILES: &[File] = &[\n");
    for path in paths {
        let file = path.to_str().context("a path that is no text")?;
        let name = path
            .strip_prefix(dist)?
            .to_str()
            .context("a name that is no text")?;
        let etag = format!("\"{}\"", hex::encode(Sha256::digest(fs::read(&path)?)));
        let packed = format!("{file}.gz");
        let gzip = if Path::new(&packed).exists() {
            format!("Some(include_bytes!({packed:?}))")
        } else {
            "None".to_owned()
        };
        writeln!(
            table,
            "    File {{ path: {name:?}, media_type: {:?}, etag: {etag:?}, bytes: include_bytes!({file:?}), gzip: {gzip} }},",
            media_type(&path),
        )?;
    }
    Ok(format!("{table}];\n"))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
