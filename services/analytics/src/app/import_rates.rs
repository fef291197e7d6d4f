//! Rates of a CSV file.

use super::App;
use super::record_rates::record_rates;
use crate::domain::decimal::{billionths, day, inverted};
use crate::domain::figures::Day;
use crate::error::Error;
use crate::store::rates::Rate;

/// Rates of one file.
const MOST: usize = 20_000;

/// The currency that the European Central Bank gives rates of.
const EURO: &str = "EUR";

/// Records all rates of a file; answers how many it has, and how many of them were new or other than before.
pub async fn import_rates(app: &App, file: &[u8]) -> Result<(usize, usize), Error> {
    let rates = read(file, &app.settings.base_currency)?;
    let count = rates.len();
    Ok((count, record_rates(app, rates).await?))
}

fn read(file: &[u8], base: &str) -> Result<Vec<Rate>, Error> {
    let text = std::str::from_utf8(file).map_err(|_| wrong(1, "it is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|_| wrong(1, "there is no header"))?;
    let form = Form::of(header, base)?;
    let mut rates = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Error::Csv(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        form.read(&record, line, &mut rates)?;
        if rates.len() > MOST {
            return Err(Error::Csv(format!("it has more than {MOST} rates")));
        }
    }
    if rates.is_empty() {
        return Err(Error::Csv("it has no rates".to_owned()));
    }
    Ok(rates)
}

fn wrong(line: u64, what: impl std::fmt::Display) -> Error {
    Error::Csv(format!("line {line}: {what}"))
}

enum Form {
    /// A rate to a line: places of day, currency and rate.
    Long([usize; 3], String),
    /// A day to a line, and the currencies of its columns.
    Wide(Vec<(usize, String)>),
}

impl Form {
    fn of(header: &csv::StringRecord, base: &str) -> Result<Self, Error> {
        let place = |name: &str| header.iter().position(|it| it.eq_ignore_ascii_case(name));
        if let (Some(day), Some(currency), Some(rate)) =
            (place("day"), place("currency"), place("rate"))
        {
            return Ok(Self::Long([day, currency, rate], base.to_owned()));
        }
        if place("date") != Some(0) {
            let expected = "the header is neither day,currency,rate nor Date and currencies";
            return Err(wrong(1, expected));
        }
        if base != EURO {
            let why = format!("rates of the euro are of no use while the base currency is {base}");
            return Err(wrong(1, why));
        }
        // Lines of the bank end in a comma.
        let currencies = header.iter().enumerate().skip(1);
        let currencies = currencies.filter(|(_, name)| !name.is_empty());
        currencies
            .map(|(place, name)| Ok((place, currency(name, base).map_err(|it| wrong(1, it))?)))
            .collect::<Result<_, Error>>()
            .map(Self::Wide)
    }

    fn read(
        &self,
        record: &csv::StringRecord,
        line: u64,
        rates: &mut Vec<Rate>,
    ) -> Result<(), Error> {
        let field = |place: usize| record.get(place).unwrap_or_default();
        match self {
            Self::Long([of_day, of_currency, of_rate], base) => rates.push(Rate {
                currency: currency(field(*of_currency), base).map_err(|it| wrong(line, it))?,
                day: read_day(field(*of_day), line)?,
                billionths: billionths(field(*of_rate)).map_err(|it| wrong(line, it))?,
            }),
            Self::Wide(currencies) => {
                let day = read_day(field(0), line)?;
                for (place, currency) in currencies {
                    let text = field(*place);
                    if text.is_empty() || text == "N/A" {
                        continue;
                    }
                    let read = billionths(text).map_err(|it| wrong(line, it))?;
                    let billionths = inverted(read)
                        .ok_or_else(|| wrong(line, "a euro is worth nothing of a currency"))?;
                    rates.push(Rate {
                        currency: currency.clone(),
                        day,
                        billionths,
                    });
                }
            }
        }
        Ok(())
    }
}

fn read_day(text: &str, line: u64) -> Result<Day, Error> {
    day(text).map_err(|error| wrong(line, error))
}

/// A currency that may have a rate.
pub fn currency(text: &str, base: &str) -> Result<String, &'static str> {
    if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Err("a currency is three capital letters (ISO 4217)")
    } else if text == base {
        Err("the base currency is worth 1 of itself")
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: Result<&[(&str, &str, &str)], &str>) {
        use crate::domain::decimal::{printed, printed_day};
        let read = read(file.as_bytes(), "EUR").map_err(|error| error.to_string());
        let read = read.map(|rates| {
            let rates = rates.into_iter();
            rates
                .map(|it| (printed_day(it.day), it.currency, printed(it.billionths)))
                .collect::<Vec<_>>()
        });
        let expected = expected.map(|rates| {
            let rates = rates.iter();
            rates
                .map(|(day, currency, rate)| {
                    (
                        (*day).to_owned(),
                        (*currency).to_owned(),
                        (*rate).to_owned(),
                    )
                })
                .collect::<Vec<_>>()
        });
        let expected = expected.map_err(|what| format!("the file cannot be read as rates: {what}"));
        assert_eq!(read, expected, "{file}");
    }

    #[test]
    fn both_forms_are_read() {
        check(
            "\u{feff}day,currency,rate\n2026-11-25,HUF,0.0025\r\n2026-11-25, RUB ,0.0105\n",
            Ok(&[
                ("2026-11-25", "HUF", "0.0025"),
                ("2026-11-25", "RUB", "0.0105"),
            ]),
        );
        check(
            "Date,USD,HUF,RUB,\n2026-11-25,1.25,400,N/A,\n2026-11-24,1.6,,100,\n",
            Ok(&[
                ("2026-11-25", "USD", "0.8"),
                ("2026-11-25", "HUF", "0.0025"),
                ("2026-11-24", "USD", "0.625"),
                ("2026-11-24", "RUB", "0.01"),
            ]),
        );
    }

    #[test]
    fn a_wrong_line_is_named() {
        check(
            "",
            Err("line 1: the header is neither day,currency,rate nor Date and currencies"),
        );
        check("day,currency,rate\n", Err("it has no rates"));
        check(
            "day,currency,rate\n2026-11-25,HUF,0.0025\n2026-13-25,HUF,1\n",
            Err("line 3: is no day from 1970 to 9999, written like 2026-11-26"),
        );
        check(
            "day,currency,rate\n2026-11-25,EUR,1\n",
            Err("line 2: the base currency is worth 1 of itself"),
        );
        check(
            "Date,USD\n2026-11-25,0\n",
            Err("line 2: a euro is worth nothing of a currency"),
        );
    }
}
