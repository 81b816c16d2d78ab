//! The page of names, and a comparison of values with it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use peerwarden_host::{IpNet, Subject};
use serde_json::Value;

/// What the page says, and what of it was met in values so far.
pub(crate) struct Page {
    /// Each call, with the form of its answer.
    calls: BTreeMap<String, String>,
    /// Each form that has a section, with the table in it.
    sections: BTreeMap<String, Section>,
    /// Each form that is one of some words.
    words: BTreeMap<String, BTreeSet<String>>,
    /// Every alternative that was met: a word or variant of a form, or whether a list had entries and a
    /// value was null.
    met: BTreeSet<String>,
}

enum Section {
    /// An object with these names.
    Object(BTreeMap<String, String>),
    /// One of these, each with a form or an object of its own.
    Variants(BTreeMap<String, String>),
}

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let mut sections = text.split("\n## ");
        let mut page = Self {
            calls: sections.next().into_iter().flat_map(str::lines).flat_map(calls).collect(),
            sections: BTreeMap::new(),
            words: BTreeMap::new(),
            met: BTreeSet::new(),
        };
        for section in sections {
            let (title, body) = section.split_once('\n').unwrap();
            let mut rows = body.lines().filter_map(cells);
            let Some((_, second)) = rows.next() else {
                panic!("{title} has no table");
            };
            let rows = rows.skip(1).map(|(name, form)| (name.replace('`', ""), form));
            match (title, second.as_str()) {
                ("Simple forms", _) => {}
                ("Words", _) => {
                    let split = |words: String| {
                        words.split(", ").map(|word| word.trim_matches('`').to_owned()).collect()
                    };
                    page.words = rows.map(|(form, words)| (form, split(words))).collect();
                }
                (title, "form") => {
                    page.sections.insert(title.to_lowercase(), Section::Object(rows.collect()));
                }
                (title, _) => {
                    page.sections.insert(title.to_lowercase(), Section::Variants(rows.collect()));
                }
            }
        }
        page
    }

    /// Every call in the page.
    pub(crate) fn calls(&self) -> BTreeSet<String> {
        self.calls.keys().cloned().collect()
    }

    /// The form of a call's answer.
    pub(crate) fn form_of(&self, call: &str) -> String {
        self.calls[call].clone()
    }

    /// Compares a value with a form of the page; `path` is where it is.
    pub(crate) fn check(&mut self, path: &str, form: &str, value: &Value) {
        if is_of_lists(form) {
        } else if let Some(form) = form.strip_suffix(" or null") {
            self.met.insert(format!("{path}: null {}", value.is_null()));
            if !value.is_null() {
                self.check(path, form, value);
            }
        } else if let Some(form) = form.strip_prefix("list of ") {
            let list = value.as_array().unwrap_or_else(|| panic!("{path}: {value} is no list"));
            self.met.insert(format!("{path}: empty {}", list.is_empty()));
            for each in list {
                self.check(path, form, each);
            }
        } else if let Some(forms) = form.strip_prefix('(') {
            let forms: Vec<_> = forms.trim_end_matches(')').split(", ").collect();
            let list = value.as_array().unwrap();
            assert_eq!(list.len(), forms.len(), "{path}: {value}");
            for (form, each) in forms.into_iter().zip(list) {
                self.check(path, form, each);
            }
        } else if let Some(words) = self.words.get(form) {
            let word = value.as_str().unwrap_or_else(|| panic!("{path}: {value} is no word"));
            assert!(words.contains(word), "{path}: {word} is not among the words for {form}");
            self.met.insert(format!("{form}: {word}"));
        } else if is_simple(form, value) {
        } else {
            self.check_section(path, form, value);
        }
    }

    fn check_section(&mut self, path: &str, form: &str, value: &Value) {
        let Some(section) = self.sections.get(form) else {
            panic!("{path}: {value} is no {form}");
        };
        match section {
            Section::Object(names) => {
                let names = names.clone();
                self.check_object(form, &names, value);
            }
            Section::Variants(variants) => {
                let object = value.as_object().filter(|map| map.len() == 1);
                let named = object.and_then(|map| map.iter().next());
                let (variant, with) = match (value.as_str(), named) {
                    (Some(word), _) => (word, None),
                    (None, Some((name, with))) => (name.as_str(), Some(with)),
                    (None, None) => panic!("{path}: {value} is no {form}"),
                };
                let known = variants.get(variant).cloned();
                let said = known.unwrap_or_else(|| panic!("{path}: {variant} is no {form}"));
                self.met.insert(format!("{form}: {variant}"));
                let name = format!("{form} {variant}");
                match with {
                    None => assert_eq!(said, "nothing", "{path}: {value}"),
                    Some(with) if said.contains(": ") => {
                        self.check_object(&name, &fields(&said), with);
                    }
                    Some(with) => self.check(&name, &said, with),
                }
            }
        }
    }

    fn check_object(&mut self, of: &str, names: &BTreeMap<String, String>, value: &Value) {
        let map = value.as_object().unwrap_or_else(|| panic!("{value} is no {of}"));
        let written: Vec<_> = map.keys().collect();
        let is_there = |name: &&String| !is_of_lists(&names[*name]) || map.contains_key(*name);
        let said: Vec<_> = names.keys().filter(is_there).collect();
        assert_eq!(written, said, "of {of}");
        for (name, form) in names.iter().filter(|(name, _)| map.contains_key(*name)) {
            self.check(&format!("{of}.{name}"), form, &map[name]);
        }
    }

    /// Everything that the page says and no value has shown: forms, words, variants, nulls and entries.
    pub(crate) fn unmet(&self) -> Vec<String> {
        let mut wanted = BTreeSet::new();
        for (form, words) in &self.words {
            wanted.extend(words.iter().map(|word| format!("{form}: {word}")));
        }
        for (form, section) in &self.sections {
            match section {
                Section::Object(names) => {
                    wanted.extend(names.iter().flat_map(|(name, of)| wants(form, name, of)));
                }
                Section::Variants(variants) => {
                    for (variant, with) in variants.iter().filter(|(_, with)| !is_of_lists(with)) {
                        wanted.insert(format!("{form}: {variant}"));
                        let of = format!("{form} {variant}");
                        if with.contains(": ") {
                            let fields = fields(with);
                            wanted.extend(
                                fields.iter().flat_map(|(name, with)| wants(&of, name, with)),
                            );
                        }
                    }
                }
            }
        }
        wanted.difference(&self.met).cloned().collect()
    }
}

/// Whether it is there with a feature alone, and has a page of its own.
fn is_of_lists(form: &str) -> bool {
    form.ends_with("with the feature `lists`")
}

/// What a name has to be met with: null and something else, or a list with entries.
fn wants(of: &str, name: &str, form: &str) -> Vec<String> {
    let path = format!("{of}.{name}");
    if form.ends_with(" or null") {
        vec![format!("{path}: null false"), format!("{path}: null true")]
    } else if form.starts_with("list of ") {
        vec![format!("{path}: empty false")]
    } else {
        Vec::new()
    }
}

/// The calls in a line of the first table, each with the form of its answer.
fn calls(line: &str) -> Vec<(String, String)> {
    let Some((calls, form)) = cells(line).filter(|(calls, _)| calls.starts_with('`')) else {
        return Vec::new();
    };
    let form = form.split(',').next().unwrap();
    calls.split(", ").map(|call| (call.replace('`', ""), form.to_owned())).collect()
}

/// The two cells of a line in a table.
fn cells(line: &str) -> Option<(String, String)> {
    let (one, two) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    Some((one.to_owned(), two.to_owned()))
}

/// The names and forms in the cell of a variant.
fn fields(cell: &str) -> BTreeMap<String, String> {
    let each = cell.split(", ").map(|field| field.split_once(": ").unwrap());
    each.map(|(name, form)| (name.replace('`', ""), form.to_owned())).collect()
}

fn is_simple(form: &str, value: &Value) -> bool {
    let text = value.as_str();
    match form {
        "moment" | "seconds" | "points" | "number" => value.is_f64(),
        "end" => value.is_f64() || text == Some("forever"),
        "count" => value.is_u64(),
        "flag" => value.is_boolean(),
        "text" | "peer" => text.is_some(),
        "subject" => {
            let read = text.and_then(|text| text.parse::<Subject<String>>().ok());
            read.is_some_and(|subject| Some(subject.to_string().as_str()) == text)
        }
        "ip" => text.is_some_and(|text| text.parse::<IpAddr>().is_ok()),
        "network" => text.is_some_and(|text| text.parse::<IpNet>().is_ok()),
        "cursor" => value.is_u64() || text.is_some(),
        _ => false,
    }
}
