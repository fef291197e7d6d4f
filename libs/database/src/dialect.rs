//! Turns the one SQL text of a migration into SQLite's words.

/// Types with a twin in SQLite; the rest of the vocabulary has the same name in both.
const SQLITE_TYPES: &[(&str, &str)] = &[
    ("uuid", "blob"),
    ("timestamptz", "text"),
    ("bytea", "blob"),
    ("jsonb", "text"),
    ("smallint", "integer"),
];

/// Types that SQLite takes without complaint and then stores as something else.
const REFUSED_TYPES: &[&str] = &[
    "bigserial",
    "bpchar",
    "char",
    "citext",
    "date",
    "decimal",
    "float",
    "inet",
    "interval",
    "json",
    "money",
    "numeric",
    "real",
    "serial",
    "time",
    "timestamp",
    "varchar",
];

/// Readings of the database's clock: times come from the program.
const REFUSED_WORDS: &[&str] = &["current_date", "current_time", "current_timestamp", "now"];

/// The first word of `sql` that does not mean the same on both databases.
pub(crate) fn outsider(sql: &str) -> Option<&str> {
    let mut after_word = false;
    tokens(sql).find_map(|token| {
        let Token::Word(word) = token else {
            after_word = token.ends_word(after_word);
            return None;
        };
        let refused = among(REFUSED_WORDS, word) || (after_word && among(REFUSED_TYPES, word));
        after_word = true;
        refused.then_some(word)
    })
}

/// `sql` for SQLite.
pub(crate) fn to_sqlite(sql: &str) -> String {
    let mut after_word = false;
    let mut out = String::with_capacity(sql.len());
    for token in tokens(sql) {
        match token {
            Token::Word(word) => {
                out.push_str(if after_word { sqlite_type(word) } else { word });
                after_word = true;
            }
            Token::Quoted(text) | Token::Other(text) => {
                out.push_str(text);
                after_word = token.ends_word(after_word);
            }
        }
    }
    out
}

fn sqlite_type(word: &str) -> &str {
    SQLITE_TYPES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map_or(word, |(_, sqlite)| sqlite)
}

fn among(words: &[&str], word: &str) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    /// A keyword, a name or a number.
    Word(&'a str),
    /// A name in double quotes.
    Quoted(&'a str),
    /// Space, a comment, a string, or one sign.
    Other(&'a str),
}

impl Token<'_> {
    /// Whether a word that follows would stand in a type's place: after a name, whatever space is between.
    fn ends_word(self, before: bool) -> bool {
        match self {
            Token::Word(_) | Token::Quoted(_) => true,
            Token::Other(text) => {
                before
                    && (text.starts_with(char::is_whitespace)
                        || text.starts_with("--")
                        || text.starts_with("/*"))
            }
        }
    }
}

fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (token, after) = rest.split_at(token_len(rest, first));
        rest = after;
        Some(match first {
            '"' => Token::Quoted(token),
            c if is_word(c) => Token::Word(token),
            _ => Token::Other(token),
        })
    })
}

fn token_len(rest: &str, first: char) -> usize {
    let to_end_of = |end: &str, from: usize| {
        rest.get(from..)
            .and_then(|text| text.find(end))
            .map_or(rest.len(), |at| from + at + end.len())
    };
    let while_all = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
    match first {
        // A doubled quote inside reads as two texts side by side, which comes to the same.
        '\'' => to_end_of("'", 1),
        '"' => to_end_of("\"", 1),
        '-' if rest.starts_with("--") => to_end_of("\n", 2),
        '/' if rest.starts_with("/*") => to_end_of("*/", 2),
        c if is_word(c) => while_all(is_word),
        c if c.is_whitespace() => while_all(char::is_whitespace),
        c => c.len_utf8(),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, sqlite: &str) {
        assert_eq!(to_sqlite(sql), sqlite);
        assert_eq!(outsider(sql), None, "{sql}");
    }

    #[test]
    fn types_are_translated_where_a_type_stands() {
        check(
            "create table lead (\n  id uuid primary key,\n  body JSONB not null,\n  at timestamptz, raw bytea, n bigint, x double precision\n);",
            "create table lead (\n  id blob primary key,\n  body text not null,\n  at text, raw blob, n bigint, x double precision\n);",
        );
        check(
            "alter table t add column a uuid",
            "alter table t add column a blob",
        );
        check(
            "insert into t select cast(a as uuid) from s",
            "insert into t select cast(a as blob) from s",
        );
        check(
            "create table t (\"order\" uuid)",
            "create table t (\"order\" blob)",
        );
        check(
            "create table t (a -- the key\n uuid)",
            "create table t (a -- the key\n blob)",
        );
        check(
            "create table t (a /* key */ uuid)",
            "create table t (a /* key */ blob)",
        );
    }

    #[test]
    fn names_strings_and_comments_stay() {
        for sql in [
            "create table t (uuid_text text, my_uuid text, uuid text, jsonb text)",
            "create index i on t (uuid, jsonb) -- uuid uuid numeric\n",
            "update t set a = 'a uuid' where b = 'it''s a uuid'",
            "/* a uuid */ select \"a uuid\" from t",
            "insert into t values ('имя uuid', 'незакрытая",
            "",
        ] {
            check(sql, sql);
        }
    }

    #[test]
    fn words_outside_the_vocabulary_are_found() {
        for (sql, word) in [
            ("create table t (a numeric(10, 2))", "numeric"),
            ("create table t (a VARCHAR(10))", "VARCHAR"),
            ("create table t (id bigserial primary key)", "bigserial"),
            (
                "create table t (at timestamptz not null default now())",
                "now",
            ),
            (
                "create table t (at timestamptz default current_timestamp)",
                "current_timestamp",
            ),
        ] {
            assert_eq!(outsider(sql), Some(word), "{sql}");
        }
        assert_eq!(
            outsider("create table t (date text, time text check (time <> 'x'))"),
            None
        );
    }
}
