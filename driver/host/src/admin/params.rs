//! Parameters in the query of a request.

use std::fmt::Display;
use std::str::FromStr;

use axum::http::Uri;

use super::reply::ApiError;
use crate::one_line::OneLine;

/// The parameters of a request, each of which its route knows.
#[derive(Debug)]
pub(super) struct Params {
    pairs: Vec<(&'static str, String)>,
}

impl Params {
    /// Reads the query of `uri`. What is not in `known`, and what is given twice, is an error: a filter that is
    /// misspelled must not give everything.
    pub(super) fn read(uri: &Uri, known: &[&'static str]) -> Result<Self, ApiError> {
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            let Some(name) = known.iter().find(|known| **known == name.as_ref()) else {
                return Err(unknown(&name, known));
            };
            if pairs.iter().any(|(each, _)| each == name) {
                return Err(ApiError::bad(name, format!("{name} is given twice: give it once")));
            }
            pairs.push((name, value.into_owned()));
        }
        Ok(Self { pairs })
    }

    /// The value of a parameter, if it is given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(each, _)| *each == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, if it is given, in its own type.
    pub(super) fn parse<T: FromStr>(
        &self,
        name: &'static str,
        expected: impl Display,
    ) -> Result<Option<T>, ApiError> {
        let parse = |text: &str| text.parse().map_err(|_| wrong(name, text, &expected));
        self.get(name).map(parse).transpose()
    }

    /// Whether a flag is set: named without a value, or `true`.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, ApiError> {
        match self.get(name) {
            None => Ok(None),
            Some("" | "true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(wrong(name, other, "true or false")),
        }
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(
        &self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<Option<T>, ApiError> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let known = words.iter().find(|(word, _)| *word == given).map(|(_, it)| *it);
        let expected = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        known.map(Some).ok_or_else(|| wrong(name, given, format!("one of {}", expected())))
    }

    /// How many entries a page is to have.
    pub(super) fn limit(&self) -> Result<usize, ApiError> {
        let expected = format!("a whole number from 1 to {MOST}");
        match self.parse("limit", &expected)? {
            None => Ok(DEFAULT),
            Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
            Some(other) => Err(wrong("limit", &other.to_string(), expected)),
        }
    }
}

/// A value is not what it is to be.
pub(super) fn wrong(name: &'static str, given: &str, expected: impl Display) -> ApiError {
    ApiError::bad(name, format!("{name} is \"{}\": give {expected}", OneLine(given)))
}

fn unknown(name: &str, known: &[&'static str]) -> ApiError {
    let name = OneLine(name);
    let message = match known {
        [] => format!("there is no parameter \"{name}\" here: this route takes none"),
        known => format!("there is no parameter \"{name}\" here: there are {}", known.join(", ")),
    };
    ApiError::new(axum::http::StatusCode::BAD_REQUEST, "bad_parameter", message)
}

/// How many entries a page has unless it is said.
const DEFAULT: usize = 100;

/// How many it may have.
const MOST: usize = 1000;
