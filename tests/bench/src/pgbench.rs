//! The reference: what PostgreSQL alone does with the least SQL of one intake.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

const TABLES: &str = "
create table key_seen (scope text, key text, submission uuid, primary key (scope, key));
create table identity (kind text, value text, slot integer, lead uuid, primary key (kind, value, slot));
create table lead (id uuid primary key, name text, emails text, phones text, state text, received_at timestamptz);
create table outbox (id uuid primary key, subject text, payload bytea, created_at timestamptz, published_at timestamptz);
";

/// Two look-ups, a lead, two keys and an outbox row, in one transaction.
const SCRIPT: &str = r"\set n random(1, 1000000000000)
begin;
select submission from key_seen where scope = 'bench' and key = 'k' || :n;
select lead, slot from identity where (kind, value) in (('email', 'e' || :n), ('phone', 'p' || :n));
insert into lead values (gen_random_uuid(), 'Name ' || :n, 'e' || :n, 'p' || :n, 'new', now());
insert into identity values ('email', 'e' || :n, 0, gen_random_uuid()), ('phone', 'p' || :n, 0, gen_random_uuid()) on conflict do nothing;
insert into outbox values (gen_random_uuid(), 'tributary.intake.v1.LeadCreated', decode(repeat('00', 400), 'hex'), now(), null);
commit;
";

/// Transactions per second of the script on `url` with that many clients, in a database of its own.
pub fn run(url: &str, clients: usize, seconds: u64, folder: &Path) -> Result<f64> {
    sql(url, "create database reference")?;
    let (base, _) = url
        .rsplit_once('/')
        .context("database url without a name")?;
    let reference = format!("{base}/reference");
    sql(&reference, TABLES)?;
    let script = folder.join("intake.pgbench.sql");
    fs::write(&script, SCRIPT)?;
    let output = Command::new("pgbench")
        .args(["--no-vacuum", "--jobs=2", "--protocol=prepared"])
        .arg(format!("--client={clients}"))
        .arg(format!("--time={seconds}"))
        .arg("--file")
        .arg(&script)
        .arg(&reference)
        .stderr(Stdio::piped())
        .output()
        .context("pgbench is part of the package postgresql-contrib or postgresql")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("pgbench: {}", String::from_utf8_lossy(&output.stderr));
    }
    let line = text
        .lines()
        .find(|line| line.starts_with("tps = "))
        .context("no tps")?;
    let number = line
        .split_whitespace()
        .nth(2)
        .context("tps without a number")?;
    Ok(number.parse()?)
}

fn sql(url: &str, text: &str) -> Result<()> {
    let output = Command::new("psql")
        .args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--command",
            text,
            url,
        ])
        .output()
        .context("psql is part of the package postgresql-client")?;
    if !output.status.success() {
        bail!("psql: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
