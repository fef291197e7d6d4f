//! Reading weights: each must be there, and nothing else.

use std::marker::PhantomData;

use toml::Value;

use super::{Contribution, InvalidModel};
use crate::level::Level;

/// The weight of each level of one comparison, in bits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table<L> {
    bits: Vec<f64>,
    level: PhantomData<L>,
}

impl<L: Level> Table<L> {
    pub(super) fn weight(&self, level: L) -> f64 {
        self.bits.get(level.index()).copied().unwrap_or(0.0)
    }

    pub(super) fn contribution(&self, level: L) -> Contribution {
        self.named(L::FEATURE, level)
    }

    pub(super) fn named(&self, feature: &'static str, level: L) -> Contribution {
        Contribution {
            feature,
            level: level.as_str(),
            bits: self.weight(level),
        }
    }
}

/// A section of the file, from which what was read is taken away.
pub(super) struct Section {
    path: String,
    values: toml::Table,
}

impl Section {
    pub(super) fn root(values: toml::Table) -> Self {
        Self {
            path: String::new(),
            values,
        }
    }

    pub(super) fn section(&mut self, name: &str) -> Result<Self, InvalidModel> {
        let path = self.path_of(name);
        match self.values.remove(name) {
            Some(Value::Table(values)) => Ok(Self { path, values }),
            _ => Err(InvalidModel::Missing(path)),
        }
    }

    pub(super) fn table<L: Level>(&mut self, name: &str) -> Result<Table<L>, InvalidModel> {
        let mut section = self.section(name)?;
        let bits = L::ALL
            .iter()
            .map(|level| section.number(level.as_str()))
            .collect::<Result<_, _>>()?;
        section.finish()?;
        Ok(Table {
            bits,
            level: PhantomData,
        })
    }

    pub(super) fn number(&mut self, name: &str) -> Result<f64, InvalidModel> {
        let path = self.path_of(name);
        let value = self.values.remove(name);
        let number = match value {
            None => return Err(InvalidModel::Missing(path)),
            Some(Value::Float(number)) => number,
            Some(Value::Integer(number)) => i32::try_from(number).map_or(f64::NAN, f64::from),
            Some(_) => f64::NAN,
        };
        if number.is_finite() {
            Ok(number)
        } else {
            Err(InvalidModel::NotANumber(path))
        }
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String, InvalidModel> {
        match self.values.remove(name) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(InvalidModel::Missing(self.path_of(name))),
        }
    }

    /// Refuses what nobody asked for.
    pub(super) fn finish(self) -> Result<(), InvalidModel> {
        match self.values.keys().next() {
            Some(name) => Err(InvalidModel::Unknown(self.path_of(name))),
            None => Ok(()),
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}
