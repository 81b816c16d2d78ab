//! Errors with what caused them.

use std::error::Error;

use peerwarden_tokio::OneLine;

/// What an error and its sources say, each thing once, on one line: wrappers repeat what they wrap, or say nothing.
pub(crate) fn sentence(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = OneLine(error).to_string();
        let text = text.trim();
        // The later one is nearer to the cause.
        said.retain(|earlier| !text.contains(earlier.as_str()));
        if !text.is_empty() && !said.iter().any(|earlier| earlier.contains(text)) {
            said.push(text.to_owned());
        }
        next = error.source();
    }
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        source: Option<Box<Self>>,
    }

    fn chain(texts: &[&'static str]) -> Link {
        let (text, rest) = texts.split_first().unwrap();
        let source = (!rest.is_empty()).then(|| Box::new(chain(rest)));
        Link { text, source }
    }

    #[test]
    fn what_is_said_twice_is_told_once_and_what_is_empty_not_at_all() {
        for (texts, sentence_of_them) in [
            (&["", "", "refused (os error 111)"][..], "refused (os error 111)"),
            (&["dial: refused", "refused", "refused"], "dial: refused"),
            (&["refused", "dial: refused"], "dial: refused"),
            (&["no listener", "in use\n"], "no listener: in use\\n"),
            (&[""], ""),
        ] {
            assert_eq!(sentence(&chain(texts)), sentence_of_them, "{texts:?}");
        }
    }
}
