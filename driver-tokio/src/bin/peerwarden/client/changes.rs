//! Answers to a command that changes several subjects.

use serde_json::{Value, json};

use super::failure::{DONE, Failure, PARTLY, REFUSED};
use super::output::Output;
use super::report;
use super::text::plain;

/// What was done and what was not.
#[derive(Debug)]
pub(crate) struct Changes {
    verb: &'static str,
    output: Output,
    done: Vec<Value>,
    failed: Vec<(String, Failure)>,
}

impl Changes {
    pub(crate) const fn new(verb: &'static str, output: Output) -> Self {
        Self { verb, output, done: Vec::new(), failed: Vec::new() }
    }

    /// Takes note of what came of one subject, and tells it.
    pub(crate) fn add(
        &mut self,
        name: &str,
        answer: Result<Value, Failure>,
    ) -> Result<(), Failure> {
        self.add_with(name, answer, |_| String::new())
    }

    /// The same; `more` is printed after the node's own sentence.
    pub(crate) fn add_with(
        &mut self,
        name: &str,
        answer: Result<Value, Failure>,
        more: impl FnOnce(&Value) -> String,
    ) -> Result<(), Failure> {
        match answer {
            Ok(answer) => {
                if !self.output.json {
                    let message = answer.get("message").and_then(Value::as_str).unwrap_or("done");
                    self.output.lines(&format!("{}{}", plain(message), more(&answer)))?;
                }
                self.done.push(answer);
            }
            Err(failure) => {
                if !self.output.json {
                    report::failure(self.verb, &failure, false);
                }
                self.failed.push((name.to_owned(), failure));
            }
        }
        Ok(())
    }

    /// Tells the rest, and returns the exit code.
    pub(crate) fn finish(self) -> Result<u8, Failure> {
        if self.output.json {
            let failed = self.failed.iter().map(|(name, failure)| {
                let mut error = failure.json();
                if let Some(fields) = error.as_object_mut() {
                    fields.insert("subject".to_owned(), json!(name));
                }
                error
            });
            let failed: Vec<_> = failed.collect();
            self.output.lines(&json!({ "done": self.done, "failed": failed }).to_string())?;
        }
        let mut codes = self.failed.iter().map(|(_, failure)| failure.code);
        Ok(match codes.next() {
            None => DONE,
            Some(_) if !self.done.is_empty() => PARTLY,
            Some(first) if codes.all(|code| code == first) => first,
            Some(_) => REFUSED,
        })
    }
}
